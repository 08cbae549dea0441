package io.agentlaunchpad.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.FakeArtifacts;
import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.ManualLaunchpad;
import io.agentlaunchpad.Operation;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.ConflictException;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.internal.RingingBell;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.operation.Outcome;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A caller who has begun a transaction on the store's own database gets Launchpad's records into it. */
abstract class JoiningContract {

    private final String schema = Databases.schema();
    private final DataSource dataSource = open();
    private final CallersTransaction caller = new CallersTransaction();
    private final CountingBell bell = new CountingBell();
    private final ManualLaunchpad manual = ManualLaunchpad.with(
            builder -> builder.store(JdbcStore.of(dataSource).schema(schema).joining(caller))
                    .doorbell(bell)
                    .platform("test", new FakePlatform())
                    .artifacts(new FakeArtifacts()));
    private final List<AgentEvent> heard = new CopyOnWriteArrayList<>();

    /** An empty database, the same for all that ask in one test. */
    protected abstract DataSource open();

    protected final String schema() {
        return schema;
    }

    @BeforeEach
    void makeATableOfTheHost() throws SQLException {
        manual.launchpad().fleet().all().forEach(agent -> {});
        manual.launchpad().listen(heard::add);
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE \"" + schema + "\".customers (name text)");
        }
    }

    @AfterEach
    void close() {
        manual.close();
    }

    @Test
    void what_is_committed_is_there_with_the_callers_own_rows_and_the_bell_rings_then() throws SQLException {
        caller.begin();
        insertCustomer();
        Operation operation = submit("ada");
        assertThat(bell.rings).isZero();
        assertThat(heard).isEmpty();
        assertThat(manual.runOne())
                .as("runs on this thread, inside the transaction")
                .isTrue();
        caller.commit();

        assertThat(bell.rings).isPositive();
        assertThat(heard).isNotEmpty();
        assertThat(customers()).isEqualTo(1);
        assertThat(operation.report()).isPresent();
    }

    @Test
    void who_waits_for_it_inside_the_transaction_hears_of_its_end_after_the_commit() throws Exception {
        caller.begin();
        Operation operation = submit("ada");
        CompletableFuture<?> end = operation.completion().toCompletableFuture();
        TimeUnit.MILLISECONDS.sleep(700); // longer than the pause between two looks for settled operations
        assertThat(end).isNotDone();
        caller.commit();
        manual.runAll();

        assertThat(end.get(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void a_launch_that_would_wait_for_the_commit_of_its_own_thread_is_refused() throws SQLException {
        LaunchRequest request =
                LaunchRequest.of(AgentSpec.named("ada").bio("Explains").build());
        caller.begin();

        assertThatThrownBy(() -> manual.launchpad().launch(request, Secrets.none()))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("submit");

        caller.commit();
        assertThat(manual.launchpad().fleet().all()).isEmpty();
    }

    @Test
    void what_a_listener_writes_after_the_commit_is_committed_too() throws SQLException {
        AtomicReference<Operation> second = new AtomicReference<>();
        caller.begin();
        Operation first = submit("ada");
        manual.launchpad().listen(event -> {
            if (first.id().equals(event.operationId()) && second.get() == null) {
                second.set(submit("bob"));
            }
        });
        caller.commit();

        assertThat(manual.launchpad().operation(second.get().id()).agentId())
                .isEqualTo(second.get().agentId());
        manual.runAll();
        assertThat(second.get().report()).isPresent();
    }

    @Test
    void what_is_rolled_back_has_never_been_and_nobody_heard_of_it() throws SQLException {
        caller.begin();
        insertCustomer();
        Operation operation = submit("ada");
        caller.rollback();

        assertThat(bell.rings).isZero();
        assertThat(heard).isEmpty();
        assertThat(customers()).isZero();
        assertThat(manual.launchpad().fleet().all()).isEmpty();
        assertThatThrownBy(() -> manual.launchpad().operation(operation.id())).hasMessageContaining("No operation");
        assertThat(manual.runOne()).isFalse();
    }

    @Test
    void a_call_that_is_refused_leaves_the_callers_transaction_usable() throws SQLException {
        submit("ada");

        caller.begin();
        insertCustomer();
        assertThatThrownBy(() -> manual.launchpad().submit(request("ada").ifAbsent(), Secrets.none()))
                .isInstanceOf(ConflictException.class);
        submit("bob");
        caller.commit();

        assertThat(customers()).isEqualTo(1);
        assertThat(manual.launchpad().fleet().all()).hasSize(2);
    }

    @Test
    void a_key_that_another_takes_at_the_same_time_gives_that_ones_operation() throws Exception {
        caller.begin();
        Operation first = manual.launchpad().submit(request("ada").idempotencyKey("k"), Secrets.none());
        CompletableFuture<Operation> second = CompletableFuture.supplyAsync(
                () -> manual.launchpad().submit(request("bob").idempotencyKey("k"), Secrets.none()));
        assertThatThrownBy(() -> second.get(300, TimeUnit.MILLISECONDS))
                .as("waits for the caller's end")
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        caller.commit();

        assertThat(second.get(10, TimeUnit.SECONDS).id()).isEqualTo(first.id());
        assertThat(manual.launchpad().fleet().all())
                .as("no agent without its operation")
                .hasSize(1);
    }

    @Test
    void two_calls_in_one_transaction_do_not_wait_for_a_worker_that_waits_for_them() throws Exception {
        submit("ada");
        caller.begin();
        submit("ada");
        // Another thread now waits for the caller to let go of the agent.
        CompletableFuture<Operation> other = CompletableFuture.supplyAsync(() -> submit("ada"));
        assertThatThrownBy(() -> other.get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);

        submit("ada");
        caller.commit();

        other.get(10, TimeUnit.SECONDS);
        List<Long> numbers = new ArrayList<>();
        manual.launchpad().fleet().find("ada").orElseThrow().events(1).forEach(event -> numbers.add(event.sequence()));
        assertThat(numbers).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void a_launch_that_is_accepted_while_a_delete_comes_to_its_end_makes_the_agent_anew() throws Exception {
        submit("ada");
        manual.runAll();
        Operation delete = manual.launchpad().fleet().find("ada").orElseThrow().delete();
        CompletableFuture<Operation> accepted = new CompletableFuture<>();
        FutureTask<Boolean> another = new FutureTask<>(() -> {
            caller.begin();
            accepted.complete(submit("ada"));
            TimeUnit.MILLISECONDS.sleep(300); // the delete's end meets a transaction that is open
            caller.commit();
            return true;
        });
        manual.launchpad().listen(event -> {
            if (event.type() == EventType.STAGE_FINISHED && delete.id().equals(event.operationId())) {
                new Thread(another).start();
                accepted.join();
            }
        });

        manual.runOne();
        assertThat(another.get(10, TimeUnit.SECONDS)).isTrue();
        manual.runAll();

        assertThat(delete.report().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(accepted.join().report().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(manual.launchpad().fleet().all()).hasSize(1);
    }

    private Operation submit(String name) {
        return manual.launchpad().submit(request(name), Secrets.none());
    }

    private static LaunchRequest request(String name) {
        return LaunchRequest.of(AgentSpec.named(name).bio("Explains").build());
    }

    private void insertCustomer() throws SQLException {
        try (Statement statement = caller.current().orElseThrow().createStatement()) {
            statement.execute("INSERT INTO \"" + schema + "\".customers VALUES ('anna')");
        }
    }

    private int customers() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM \"" + schema + "\".customers")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** What a framework does: a connection bound to the thread, and what to run after its commit. */
    private final class CallersTransaction implements ConnectionSource {

        private final ThreadLocal<@Nullable Connection> bound = new ThreadLocal<>();
        private final List<Runnable> after = new ArrayList<>();

        void begin() throws SQLException {
            Connection connection = dataSource.getConnection();
            connection.setAutoCommit(false);
            bound.set(connection);
        }

        void commit() throws SQLException {
            Connection connection = current().orElseThrow();
            connection.commit();
            // As Spring does it: the connection is still bound then.
            after.forEach(Runnable::run);
            after.clear();
            end(connection);
        }

        void rollback() throws SQLException {
            Connection connection = current().orElseThrow();
            connection.rollback();
            end(connection);
        }

        private void end(Connection connection) throws SQLException {
            bound.remove();
            connection.rollback(); // what was written after the commit is nobody's
            connection.setAutoCommit(true);
            connection.close();
        }

        @Override
        public Optional<Connection> current() {
            return Optional.ofNullable(bound.get());
        }

        @Override
        public void afterCommit(Runnable action) {
            after.add(action);
        }
    }

    private static final class CountingBell implements io.agentlaunchpad.spi.Doorbell {
        private final RingingBell bell = new RingingBell();
        private volatile int rings;

        @Override
        public synchronized void ring() {
            rings++;
            bell.ring();
        }

        @Override
        public void await(Duration atMost) throws InterruptedException {
            bell.await(atMost);
        }

        @Override
        public void close() {}
    }
}
