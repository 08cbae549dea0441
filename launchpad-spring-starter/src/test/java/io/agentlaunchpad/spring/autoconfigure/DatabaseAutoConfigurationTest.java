package io.agentlaunchpad.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.jdbc.JdbcStore;
import io.agentlaunchpad.jdbc.PostgresDoorbell;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.LaunchRequest;
import io.agentlaunchpad.redis.RedisDoorbell;
import io.agentlaunchpad.spi.Doorbell;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.ApiKeys;
import io.agentlaunchpad.spring.security.JdbcApiKeys;
import io.agentlaunchpad.spring.security.Keyring;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Records, keys and bells where the application has a database or a Redis. */
class DatabaseAutoConfigurationTest {

    @TempDir
    private Path home;

    private HikariDataSource database;
    private WebApplicationContextRunner app;

    @BeforeEach
    void anApplicationWithADatabase() {
        database = pool(true);
        app = new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        LaunchpadAutoConfiguration.class,
                        LaunchpadDoorbellAutoConfiguration.class,
                        LaunchpadJdbcAutoConfiguration.class,
                        LaunchpadStoreAutoConfiguration.class,
                        LaunchpadWebAutoConfiguration.class))
                .withPropertyValues("launchpad.home=" + home, "launchpad.workers=0");
    }

    private HikariDataSource pool(boolean autoCommit) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl("jdbc:h2:file:" + home.resolve("records"));
        pool.setAutoCommit(autoCommit);
        return new HikariDataSource(pool);
    }

    private WebApplicationContextRunner withDatabase() {
        // The application would close it with itself; here it outlives several.
        return app.withBean("database", DataSource.class, () -> new DelegatingDataSource(database));
    }

    @AfterEach
    void closeTheDatabase() {
        database.close();
    }

    @Test
    void an_application_with_one_data_source_keeps_its_records_there() {
        withDatabase().run(context -> {
            assertThat(context.getBean(Store.class)).isInstanceOf(JdbcStore.class);
            submit(context.getBean(Launchpad.class));
            assertThat(JdbcStore.of(database)
                            .<Integer>read(tables -> tables.operations().open(null)))
                    .isEqualTo(1);
        });
        assertThat(home.resolve("store")).doesNotExist();
    }

    @Test
    void what_is_submitted_in_a_transaction_is_rolled_back_with_it() {
        withDatabase().run(context -> {
            Launchpad launchpad = context.getBean(Launchpad.class);
            TransactionTemplate transaction =
                    new TransactionTemplate(new DataSourceTransactionManager(context.getBean(DataSource.class)));
            assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                        submit(launchpad);
                        throw new IllegalStateException("the host's own trouble");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(launchpad.fleet().all()).isEmpty();
            transaction.executeWithoutResult(status -> submit(launchpad));
            assertThat(launchpad.fleet().all()).hasSize(1);
        });
    }

    @Test
    void what_is_submitted_once_a_transaction_is_over_is_written_by_itself() {
        withDatabase().run(context -> {
            Launchpad launchpad = context.getBean(Launchpad.class);
            DataSource own = context.getBean(DataSource.class);
            new TransactionTemplate(new DataSourceTransactionManager(own)).executeWithoutResult(status -> {
                JdbcClient.create(own).sql("SELECT 1").query(Integer.class).single();
                // When a @TransactionalEventListener is called; Spring logs what it throws.
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCompletion(int outcome) {
                        assertThat(context.getBean(Store.class).joined()).isFalse();
                        submit(launchpad);
                    }
                });
            });
            assertThat(launchpad.fleet().all()).hasSize(1);
        });
    }

    @ParameterizedTest
    @CsvSource({"true, false", "true, true", "false, false", "false, true"})
    void what_is_submitted_after_the_commit_is_kept(boolean autoCommit, boolean usedBefore) {
        database.close();
        database = pool(autoCommit);
        withDatabase().run(context -> {
            Launchpad launchpad = context.getBean(Launchpad.class);
            DataSource own = context.getBean(DataSource.class);
            new TransactionTemplate(new DataSourceTransactionManager(own)).executeWithoutResult(status -> {
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        submit(launchpad, "bob");
                    }
                });
                if (usedBefore) {
                    submit(launchpad, "ada");
                }
            });
            assertThat(launchpad.fleet().all()).hasSize(usedBefore ? 2 : 1);
        });
    }

    @Test
    void a_transaction_of_jpa_is_joined_until_its_commit() {
        withDatabase().run(context -> {
            Launchpad launchpad = context.getBean(Launchpad.class);
            Store store = context.getBean(Store.class);
            TransactionTemplate jpa = new TransactionTemplate(new LikeJpa(context.getBean(DataSource.class)));
            jpa.executeWithoutResult(status -> {
                assertThat(store.joined()).isTrue();
                submit(launchpad, "bob");
                status.setRollbackOnly();
            });
            jpa.executeWithoutResult(status ->
                    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                        @Override
                        public void afterCommit() {
                            // PostgreSQL would refuse the savepoint of a call that joins.
                            assertThat(store.joined()).isFalse();
                            submit(launchpad, "ada");
                        }
                    }));
            assertThat(launchpad.fleet().all()).extracting(Agent::name).containsExactly("ada");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_transaction_on_another_database_is_not_joined(boolean autoCommit) {
        database.close();
        database = pool(autoCommit);
        DataSource other = new SimpleDriverDataSource(new org.h2.Driver(), "jdbc:h2:mem:other");
        withDatabase().run(context -> {
            Launchpad launchpad = context.getBean(Launchpad.class);
            JdbcClient mine = JdbcClient.create(context.getBean(DataSource.class));
            new TransactionTemplate(new DataSourceTransactionManager(other)).executeWithoutResult(status -> {
                // Spring keeps this connection for the thread until the other transaction ends; none is open on it.
                mine.sql("SELECT 1").query(Integer.class).single();
                assertThat(context.getBean(Store.class).joined()).isFalse();
                submit(launchpad);
                status.setRollbackOnly();
            });
            assertThat(launchpad.fleet().all()).hasSize(1);
        });
    }

    @Test
    void files_memory_another_schema_or_ones_own_store_by_property_or_bean() {
        withDatabase().withPropertyValues("launchpad.store.kind=files").run(context -> {
            assertThat(context).doesNotHaveBean(JdbcStore.class);
            assertThat(home.resolve("store")).isDirectory();
        });
        withDatabase()
                .withPropertyValues("launchpad.store.kind=memory")
                .run(context -> assertThat(context).doesNotHaveBean(JdbcStore.class));
        withDatabase().withPropertyValues("launchpad.store.schema=agents").run(context -> {
            submit(context.getBean(Launchpad.class));
            assertThat(JdbcStore.of(database)
                            .schema("agents")
                            .<Integer>read(tables -> tables.operations().open(null)))
                    .isEqualTo(1);
        });
        withDatabase()
                .withPropertyValues("launchpad.store.without-migration=true")
                .run(context -> assertThatThrownBy(() -> submit(context.getBean(Launchpad.class)))
                        .isInstanceOf(io.agentlaunchpad.error.StoreException.class));
        withDatabase()
                .withBean("mine", Store.class, Stores::inMemory)
                .run(context -> assertThat(context).doesNotHaveBean(JdbcStore.class));
        withDatabase()
                .withClassLoader(new FilteredClassLoader("org.springframework.jdbc"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(JdbcStore.class));
    }

    @Test
    void jdbc_without_a_data_source_is_refused_with_what_to_set() {
        app.withPropertyValues("launchpad.store.kind=jdbc")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(WiringException.class)
                        .hasMessageContaining("spring.datasource.url"));
    }

    @Test
    void keys_are_rows_that_every_process_sees() {
        WebApplicationContextRunner web = withDatabase().withPropertyValues("launchpad.web.enabled=true");
        web.run(context -> assertThat(context.getBean(ApiKeys.class)).isInstanceOf(JdbcApiKeys.class));
        Keyring one = new Keyring(JdbcApiKeys.in(database, "launchpad"), null, Clock.systemUTC());
        Keyring two = new Keyring(JdbcApiKeys.in(database, "launchpad"), null, Clock.systemUTC());
        // The application has made the first one already.
        assertThat(one.first()).isEmpty();
        Keyring.Issued issued = one.issue(
                "k",
                io.agentlaunchpad.agent.Owner.LOCAL,
                io.agentlaunchpad.spring.security.Role.USER,
                io.agentlaunchpad.spring.security.Role.USER.permissions(),
                null);
        assertThat(two.authenticate(issued.value()).name())
                .isEqualTo(issued.key().id());
        assertThat(two.list())
                .hasSize(2)
                .allSatisfy(key -> assertThat(key.hash()).matches("[0-9a-f]{64}"));
        two.revoke(issued.key().id());
        assertThatThrownBy(() -> one.authenticate(issued.value()))
                .isInstanceOf(io.agentlaunchpad.spring.security.Refusal.class);
        assertThat(home.resolve("keys")).doesNotExist();
    }

    @Test
    void bells_that_other_processes_hear_come_by_property() {
        app.run(context -> assertThat(context).doesNotHaveBean(Doorbell.class));
        // Nobody listens there: it is tried again in the background.
        app.withPropertyValues("launchpad.doorbell.redis=redis://127.0.0.1:1")
                .run(context -> assertThat(context).hasSingleBean(RedisDoorbell.class));
        app.withPropertyValues("launchpad.doorbell.redis=not an address:secret-word")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageNotContaining("secret-word"));
        withDatabase()
                .withPropertyValues("launchpad.doorbell.postgresql=true")
                .run(context -> assertThat(context).hasSingleBean(PostgresDoorbell.class));
        app.withPropertyValues("launchpad.doorbell.postgresql=true")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Doorbell.class));
        withDatabase()
                .withPropertyValues("launchpad.doorbell.redis=redis://127.0.0.1:1")
                .withClassLoader(new FilteredClassLoader("io.lettuce"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Doorbell.class));
    }

    private static void submit(Launchpad launchpad) {
        submit(launchpad, "ada");
    }

    private static void submit(Launchpad launchpad, String name) {
        launchpad.submit(LaunchRequest.of(AgentSpec.named(name).bio("x").build()), Secrets.none());
    }

    /** As JPA with Hibernate shows its connection: bound, not synchronized, and in auto-commit mode again after the commit. */
    private static final class LikeJpa extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;
        private final transient DataSource database;
        private transient Connection connection;

        LikeJpa(DataSource database) {
            this.database = database;
        }

        @Override
        protected Object doGetTransaction() {
            return this;
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            connection = DataSourceUtils.getConnection(database);
            automatic(false);
            TransactionSynchronizationManager.bindResource(database, new ConnectionHolder(connection));
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            automatic(true);
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            try {
                connection.rollback();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            automatic(true);
        }

        /** Which also commits what is open. */
        private void automatic(boolean on) {
            try {
                connection.setAutoCommit(on);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void doCleanupAfterCompletion(Object transaction) {
            TransactionSynchronizationManager.unbindResource(database);
            DataSourceUtils.releaseConnection(connection, database);
        }
    }
}
