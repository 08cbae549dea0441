package io.agentlaunchpad.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.health.Verdict;
import io.agentlaunchpad.operation.LaunchPolicy;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.OperationKind;
import io.agentlaunchpad.operation.Outcome;
import io.agentlaunchpad.operation.Stage;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.OperationRow.Ask;
import io.agentlaunchpad.spi.OperationRow.Hold;
import io.agentlaunchpad.spi.OperationRow.Result;
import io.agentlaunchpad.spi.OperationRow.State;
import io.agentlaunchpad.spi.OperationRow.Trail;
import io.agentlaunchpad.spi.Store.Claim;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The laws of {@link Store}. Whoever writes one extends this class in a test. */
public abstract class StoreContract {

    /** Whole milliseconds: every store can keep them. */
    protected static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    protected static final AgentSpec SPEC = AgentSpec.named("ada")
            .bio("Schreibt Notizen über Maschinen – \"quoted\"")
            .build();
    protected static final Owner ANNA = Owner.of("anna");
    protected static final AgentId ADA = AgentId.of(ANNA, "ada");
    protected static final AgentId BOB = AgentId.of(ANNA, "bob");

    private Store store;

    /** A handle on the records of this test. The first one finds them empty; later ones find what is there. */
    protected abstract Store open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Nested
    class A_transaction {

        @Test
        void that_throws_has_not_happened() {
            assertThatThrownBy(() -> store.transact(tables -> {
                        tables.agents().put(agent(ADA, ANNA));
                        tables.events().append(ADA, NOW, EventType.WARNING, null, "half", Map.of());
                        throw new IllegalStateException("planted");
                    }))
                    .hasMessage("planted");

            assertThat(found(tables -> tables.agents().find(ADA))).isEmpty();
            assertThat(counted(tables -> tables.events().last(ADA))).isZero();
        }

        @Test
        void sees_what_it_wrote_itself() {
            writing(tables -> {
                tables.agents().put(agent(ADA, ANNA));
                tables.operations().insert(operation(1, ADA, "key"));
                tables.releases().put(release(ADA, 1));
                tables.events().append(ADA, NOW, EventType.WARNING, null, "one", Map.of());

                assertThat(tables.agents().find(ADA)).isPresent();
                assertThat(tables.agents().list(null, null, 10)).hasSize(1);
                assertThat(tables.operations().byIdempotencyKey(ANNA, "key")).isPresent();
                assertThat(tables.operations().unsettled(10)).hasSize(1);
                assertThat(tables.releases().list(ADA)).hasSize(1);
                assertThat(tables.events().last(ADA)).isEqualTo(1);
                assertThat(tables.events().list(ADA, 1, 10)).hasSize(1);
                return null;
            });
        }

        @Test
        void of_another_handle_sees_what_was_written() {
            writing(tables -> {
                tables.agents().put(agent(ADA, ANNA));
                return null;
            });

            try (Store other = open()) {
                assertThat(Optional.<AgentRow>of(
                                other.read(tables -> tables.agents().find(ADA).orElseThrow())))
                        .contains(agent(ADA, ANNA));
            }
        }

        @Test
        void of_many_threads_and_handles_loses_nothing() throws Exception {
            int threads = 4;
            int each = 25;
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            try (Store other = open()) {
                List<Callable<Object>> work = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    Store mine = t % 2 == 0 ? store : other;
                    work.add(() -> {
                        for (int i = 0; i < each; i++) {
                            mine.transact(
                                    tables -> tables.events().append(ADA, NOW, EventType.WARNING, null, "x", Map.of()));
                        }
                        return true;
                    });
                }
                for (Future<Object> done : pool.invokeAll(work)) {
                    done.get();
                }
            } finally {
                pool.shutdownNow();
            }

            List<AgentEvent> events = listed(tables -> tables.events().list(ADA, 1, Integer.MAX_VALUE));
            assertThat(events)
                    .extracting(AgentEvent::sequence)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, threads * each).boxed().toList());
        }

        @Test
        void works_on_a_thread_that_was_interrupted_and_keeps_the_interrupt() {
            Thread.currentThread().interrupt();

            writing(tables -> {
                tables.agents().put(agent(ADA, ANNA));
                tables.events().append(ADA, NOW, EventType.WARNING, null, "x", Map.of());
                return null;
            });

            assertThat(Thread.interrupted()).isTrue();
            assertThat(found(tables -> tables.agents().find(ADA))).isPresent();
        }
    }

    @Nested
    class Agents {

        @Test
        void come_back_as_they_were() {
            AgentRow row = agent(ADA, ANNA)
                    .withLock("{\"lock\":1}", NOW)
                    .serving(SPEC, 3, 1, NOW)
                    .withHealth(Verdict.of(Verdict.Health.DEGRADED, "no model"), NOW)
                    .withOutcome(Outcome.ROLLED_BACK, NOW);

            writing(tables -> {
                tables.agents().put(agent(ADA, ANNA));
                tables.agents().put(row);
                return null;
            });

            assertThat(found(tables -> tables.agents().find(ADA))).contains(row);
            assertThat(found(tables -> tables.agents().find(BOB))).isEmpty();
        }

        @Test
        void are_listed_by_owner_in_pages() {
            Owner other = Owner.of("other");
            writing(tables -> {
                for (int i = 0; i < 7; i++) {
                    tables.agents().put(agent(AgentId.of(ANNA, "agent-" + i), ANNA));
                }
                tables.agents().put(agent(AgentId.of(other, "agent-1"), other));
                return null;
            });

            List<AgentRow> all = listed(tables -> tables.agents().list(null, null, 100));
            List<AgentRow> annas = listed(tables -> tables.agents().list(ANNA, null, 100));
            List<AgentId> paged = new ArrayList<>();
            AgentId after = null;
            for (int page = 0; page < 4; page++) {
                AgentId cursor = after;
                List<AgentRow> rows = listed(tables -> tables.agents().list(ANNA, cursor, 3));
                rows.forEach(row -> paged.add(row.id()));
                after = rows.isEmpty() ? after : rows.get(rows.size() - 1).id();
            }

            assertThat(all).hasSize(8);
            assertThat(listed(tables -> tables.agents().entries(null, null, 100)))
                    .containsExactlyElementsOf(all.stream().map(AgentEntry::of).toList());
            assertThat(listed(
                            tables -> tables.agents().entries(ANNA, annas.get(1).id(), 3)))
                    .containsExactlyElementsOf(
                            annas.subList(2, 5).stream().map(AgentEntry::of).toList());
            assertThat(annas).hasSize(7).allMatch(row -> row.owner().equals(ANNA));
            assertThat(paged)
                    .isSorted()
                    .containsExactlyElementsOf(annas.stream().map(AgentRow::id).toList());
        }

        @Test
        void are_found_by_name_of_one_owner_or_of_all() {
            Owner other = Owner.of("other");
            writing(tables -> {
                tables.agents().put(agent(ADA, ANNA));
                tables.agents().put(agent(AgentId.of(other, "ada"), other));
                return null;
            });

            assertThat(listed(tables -> tables.agents().named(null, "ada"))).hasSize(2);
            assertThat(listed(tables -> tables.agents().named(ANNA, "ada")))
                    .extracting(AgentRow::id)
                    .containsExactly(ADA);
            assertThat(listed(tables -> tables.agents().named(ANNA, "bob"))).isEmpty();
        }

        @Test
        void are_changed_by_one_transaction_at_a_time() throws Exception {
            writing(tables -> {
                tables.agents().put(agent(ADA, ANNA));
                return null;
            });
            ExecutorService pool = Executors.newFixedThreadPool(4);
            try {
                List<Callable<Object>> work = Collections.nCopies(
                        40,
                        () -> writing(tables -> {
                            AgentRow row = tables.agents().find(ADA).orElseThrow();
                            tables.agents().put(row.withLatestRevision(row.latestRevision() + 1, NOW));
                            return true;
                        }));
                for (Future<Object> done : pool.invokeAll(work)) {
                    done.get();
                }
            } finally {
                pool.shutdownNow();
            }

            assertThat(found(tables -> tables.agents().find(ADA)).orElseThrow().latestRevision())
                    .isEqualTo(40);
        }

        @Test
        void are_forgotten_with_all_that_is_theirs_and_may_come_again() {
            writing(tables -> {
                tables.agents().put(agent(ADA, ANNA));
                tables.agents().put(agent(BOB, ANNA));
                tables.releases().put(release(ADA, 1));
                tables.releases().put(release(BOB, 1));
                tables.operations().insert(operation(1, ADA, "key"));
                tables.events().append(ADA, NOW, EventType.WARNING, null, "x", Map.of());
                tables.events().append(ADA, NOW, EventType.WARNING, null, "y", Map.of());
                return null;
            });
            settle(claim("w", 0).orElseThrow());

            AgentEvent first = writing(tables -> {
                tables.agents().forget(ADA);
                // The same agent, launched anew in the same moment.
                return tables.events().append(ADA, NOW, EventType.WARNING, null, "new", Map.of());
            });

            assertThat(first.sequence()).isEqualTo(1);
            assertThat(found(tables -> tables.agents().find(ADA))).isEmpty();
            assertThat(listed(tables -> tables.releases().list(ADA))).isEmpty();
            assertThat(found(tables -> tables.operations().find(opId(1)))).isEmpty();
            assertThat(listed(tables -> tables.operations().ofAgent(ADA, 10))).isEmpty();
            assertThat(found(tables -> tables.operations().byIdempotencyKey(ANNA, "key")))
                    .isEmpty();
            assertThat(listed(tables -> tables.events().list(ADA, 1, 10))).containsExactly(first);
            assertThat(found(tables -> tables.agents().find(BOB))).isPresent();
            assertThat(listed(tables -> tables.releases().list(BOB))).hasSize(1);
        }
    }

    @Nested
    class Operations {

        @Test
        void come_back_as_they_were() {
            OperationRow row = full(operation(1, ADA, "key"));
            writing(tables -> {
                tables.operations().insert(row);
                return null;
            });

            assertThat(found(tables -> tables.operations().find(opId(1)))).contains(row);
            assertThat(found(tables -> tables.operations().find(opId(2)))).isEmpty();
        }

        @Test
        void are_found_by_the_key_of_their_owner_settled_ones_too() {
            insert(operation(1, ADA, "open-1"));
            settle(claim("w", 0).orElseThrow());

            assertThat(found(tables -> tables.operations().byIdempotencyKey(ANNA, "open-1")))
                    .map(OperationRow::id)
                    .contains(opId(1));
            assertThat(found(tables -> tables.operations().byIdempotencyKey(Owner.of("other"), "open-1")))
                    .isEmpty();
            assertThat(found(tables -> tables.operations().byIdempotencyKey(ANNA, "open-2")))
                    .isEmpty();
        }

        @Test
        void of_an_agent_are_listed_newest_first() {
            insert(operation(1, ADA, null), operation(2, BOB, null), operation(3, ADA, null));
            settle(claim("w", 0).orElseThrow());

            assertThat(listed(tables -> tables.operations().ofAgent(ADA, 10)))
                    .extracting(OperationRow::id)
                    .containsExactly(opId(3), opId(1));
            assertThat(listed(tables -> tables.operations().ofAgent(ADA, 1)))
                    .extracting(OperationRow::id)
                    .containsExactly(opId(3));
        }

        @Test
        void are_claimed_oldest_first_and_one_per_agent() {
            insert(operation(2, ADA, null), operation(1, ADA, null), operation(3, BOB, null));

            OperationRow first = claim("w1", 0).orElseThrow();
            OperationRow second = claim("w2", 0).orElseThrow();

            assertThat(first.id()).isEqualTo(opId(1));
            assertThat(first.state()).isEqualTo(State.RUNNING);
            assertThat(first.claim().worker()).isEqualTo("w1");
            assertThat(first.claim().leaseUntil()).isEqualTo(NOW.plusSeconds(30));
            assertThat(first.claim().attempts()).isEqualTo(1);
            assertThat(second.id()).isEqualTo(opId(3));
            assertThat(claim("w3", 0)).isEmpty();
            settle(first);
            assertThat(claim("w3", 0)).map(OperationRow::id).contains(opId(2));
        }

        @Test
        void of_owners_take_turns_so_that_one_with_many_does_not_hold_back_the_others() {
            Owner ben = Owner.of("ben");
            for (int i = 1; i <= 6; i++) {
                insert(operation(i, AgentId.of(ANNA, "agent-" + i), null));
            }
            insert(owned(operation(7, AgentId.of(ben, "his"), null), ben));

            List<OperationId> order = new ArrayList<>();
            for (Optional<OperationRow> row = claim("w", 0); row.isPresent(); row = claim("w", 0)) {
                order.add(row.get().id());
                settle(row.get());
                if (order.size() == 3) {
                    insert(owned(operation(8, AgentId.of(ben, "hers"), null), ben));
                }
            }

            assertThat(order.indexOf(opId(7))).as("among the first two").isLessThan(2);
            assertThat(order.indexOf(opId(8))).as("not behind all of hers").isLessThan(6);
            assertThat(order)
                    .filteredOn(id -> id.compareTo(opId(7)) < 0)
                    .hasSize(6)
                    .isSorted();
        }

        @Test
        void are_listed_newest_first_in_pages_by_owner() {
            Owner ben = Owner.of("ben");
            insert(operation(1, ADA, null));
            settle(claim("w", 0).orElseThrow());
            insert(
                    operation(2, ADA, null),
                    operation(3, BOB, null),
                    owned(operation(4, AgentId.of(ben, "his"), null), ben),
                    operation(5, BOB, null));

            assertThat(listed(tables -> tables.operations().list(null, null, 10)))
                    .extracting(OperationRow::id)
                    .containsExactly(opId(5), opId(4), opId(3), opId(2), opId(1));
            assertThat(listed(tables -> tables.operations().list(ANNA, null, 2)))
                    .extracting(OperationRow::id)
                    .containsExactly(opId(5), opId(3));
            assertThat(listed(tables -> tables.operations().list(ANNA, opId(3), 2)))
                    .extracting(OperationRow::id)
                    .containsExactly(opId(2), opId(1));
            assertThat(listed(tables -> tables.operations().list(ANNA, opId(1), 2)))
                    .isEmpty();
        }

        @Test
        void that_are_open_are_counted_by_owner_and_listed_by_agent() {
            Owner ben = Owner.of("ben");
            insert(operation(1, ADA, null), operation(2, ADA, null), operation(3, BOB, null));
            insert(owned(operation(4, AgentId.of(ben, "his"), null), ben));
            settle(claim("w", 0).orElseThrow());

            assertThat(counted(tables -> tables.operations().open(null))).isEqualTo(3);
            assertThat(counted(tables -> tables.operations().open(ANNA))).isEqualTo(2);
            assertThat(counted(tables -> tables.operations().open(Owner.of("nobody"))))
                    .isZero();
            assertThat(listed(tables -> tables.operations().unsettled(ADA)))
                    .extracting(OperationRow::id)
                    .containsExactly(opId(2));
            assertThat(listed(tables -> tables.operations().unsettled(ANNA)))
                    .hasSize(2)
                    .isSortedAccordingTo(java.util.Comparator.comparing(OperationRow::id))
                    .allMatch(row -> row.owner().equals(ANNA));
        }

        @Test
        void are_counted_so_that_two_who_count_at_once_do_not_both_take_the_last_place() throws Exception {
            ExecutorService pool = Executors.newFixedThreadPool(4);
            try {
                List<Callable<Boolean>> wishes = IntStream.rangeClosed(1, 12)
                        .<Callable<Boolean>>mapToObj(i -> () -> writing(tables -> {
                            if (tables.operations().open(ANNA) >= 5) {
                                return false;
                            }
                            tables.operations().insert(operation(i, AgentId.of(ANNA, "agent-" + i), null));
                            return true;
                        }))
                        .toList();
                for (Future<Boolean> done : pool.invokeAll(wishes)) {
                    done.get();
                }
            } finally {
                pool.shutdownNow();
            }

            assertThat(counted(tables -> tables.operations().open(ANNA))).isEqualTo(5);
        }

        @Test
        void of_one_key_are_accepted_once_however_many_ask_at_once() throws Exception {
            ExecutorService pool = Executors.newFixedThreadPool(4);
            Set<OperationId> accepted = Collections.synchronizedSet(new HashSet<>());
            try {
                List<Callable<Boolean>> wishes = IntStream.rangeClosed(1, 12)
                        .<Callable<Boolean>>mapToObj(i -> () -> accepted.add(writing(tables -> {
                            Optional<OperationRow> before = tables.operations().byIdempotencyKey(ANNA, "key");
                            if (before.isPresent()) {
                                return before.get().id();
                            }
                            tables.operations().insert(operation(i, AgentId.of(ANNA, "agent-" + i), "key"));
                            return opId(i);
                        })))
                        .toList();
                for (Future<Boolean> done : pool.invokeAll(wishes)) {
                    done.get();
                }
            } finally {
                pool.shutdownNow();
            }

            assertThat(accepted).hasSize(1);
            assertThat(counted(tables -> tables.operations().open(ANNA))).isEqualTo(1);
        }

        @Test
        void are_claimed_once_however_many_ask() throws Exception {
            int count = 20;
            insert(IntStream.rangeClosed(1, count)
                    .mapToObj(i -> operation(i, AgentId.of(ANNA, "agent-" + i), null))
                    .toArray(OperationRow[]::new));
            ExecutorService pool = Executors.newFixedThreadPool(4);
            List<OperationId> claimed = Collections.synchronizedList(new ArrayList<>());
            try {
                List<Callable<Object>> workers = Collections.nCopies(4, () -> {
                    for (Optional<OperationRow> row = claim("w", 0); row.isPresent(); row = claim("w", 0)) {
                        claimed.add(row.get().id());
                    }
                    return true;
                });
                for (Future<Object> done : pool.invokeAll(workers)) {
                    done.get();
                }
            } finally {
                pool.shutdownNow();
            }

            Set<OperationId> distinct = new HashSet<>(claimed);
            assertThat(claimed).hasSize(count);
            assertThat(distinct).hasSize(count);
        }

        @Test
        void are_not_claimed_before_they_are_due_and_hold_back_their_successors() {
            OperationRow later = operation(1, ADA, null).with(new Hold(0, null, null, 0, NOW.plusSeconds(10)));
            insert(later, operation(2, ADA, null));

            assertThat(claim("w", 9)).isEmpty();
            assertThat(claim("w", 10)).map(OperationRow::id).contains(opId(1));
        }

        @Test
        void are_claimed_again_when_the_lease_ends_and_the_old_worker_writes_nothing_more() {
            insert(operation(1, ADA, null));
            OperationRow old = claim("w1", 0).orElseThrow();
            assertThat(claim("w2", 29)).isEmpty();

            OperationRow fresh = claim("w2", 31).orElseThrow();

            assertThat(fresh.claim().fence()).isGreaterThan(old.claim().fence());
            assertThat(fresh.claim().attempts()).isEqualTo(2);
            assertThat(update(old.with(State.RUNNING, Stage.DEPLOY))).isFalse();
            assertThat(update(old.settled(result()))).isFalse();
            assertThat(update(fresh.with(State.RUNNING, Stage.VERIFY))).isTrue();
            assertThat(found(tables -> tables.operations().find(opId(1)))
                            .orElseThrow()
                            .stage())
                    .isEqualTo(Stage.VERIFY);
        }

        @Test
        void that_were_left_behind_go_before_newer_ones_of_their_agent_whatever_their_ids() {
            insert(operation(5, ADA, null));
            OperationRow running = claim("w1", 0).orElseThrow();
            insert(operation(4, ADA, null));

            assertThat(claim("w2", 31)).map(OperationRow::id).contains(running.id());
        }

        @Test
        void have_fences_that_grow_by_agent() {
            insert(operation(1, ADA, null));
            OperationRow first = claim("w", 0).orElseThrow();
            settle(first);
            insert(operation(2, ADA, null));

            OperationRow second = claim("w", 0).orElseThrow();

            assertThat(second.claim().fence()).isGreaterThan(first.claim().fence());
        }

        @Test
        void keep_a_wish_to_cancel_whatever_is_written_over_it() {
            insert(operation(1, ADA, null));
            OperationRow row = claim("w", 0).orElseThrow();

            assertThat(cancel(1)).isTrue();
            assertThat(cancel(1)).isTrue();
            assertThat(update(row.with(State.RUNNING, Stage.DEPLOY))).isTrue();

            assertThat(found(tables -> tables.operations().find(opId(1))).orElseThrow())
                    .matches(OperationRow::cancelRequested)
                    .extracting(OperationRow::stage)
                    .isEqualTo(Stage.DEPLOY);
        }

        @Test
        void cannot_be_cancelled_once_settled() {
            insert(operation(1, ADA, null));
            settle(claim("w", 0).orElseThrow());

            assertThat(cancel(1)).isFalse();
            assertThat(cancel(2)).isFalse();
        }

        @Test
        void that_are_settled_are_no_longer_open_and_stay_as_they_are() {
            insert(operation(1, ADA, null));
            OperationRow row = claim("w", 0).orElseThrow();
            settle(row);

            assertThat(listed(tables -> tables.operations().unsettled(10))).isEmpty();
            assertThat(claim("w", 100)).isEmpty();
            assertThat(update(row.with(State.RUNNING, Stage.DEPLOY))).isFalse();
            OperationRow stored =
                    found(tables -> tables.operations().find(opId(1))).orElseThrow();
            assertThat(stored.state()).isEqualTo(State.SETTLED);
            assertThat(stored.result()).isEqualTo(result());
        }
    }

    @Nested
    class Settled_operations {

        @Test
        void are_found_from_a_moment_on_by_the_time_at_which_they_settled_page_by_page() {
            Owner other = Owner.of("other");
            insert(operation(1, ADA, null), operation(2, BOB, null), owned(operation(3, agentOf(other), null), other));
            Map<OperationId, OperationRow> claimed = IntStream.range(0, 3)
                    .mapToObj(second -> claim("w", second).orElseThrow())
                    .collect(Collectors.toMap(OperationRow::id, row -> row));
            OperationRow gone = settle(claimed.get(opId(1)), result(30).ending(7));
            OperationRow first = settle(claimed.get(opId(2)), result(10));
            OperationRow theirs = settle(claimed.get(opId(3)), result(30));
            insert(operation(4, ADA, null));
            claim("w", 3).orElseThrow();

            assertThat(settled(null, NOW, null, 10)).containsExactly(first, gone, theirs);
            assertThat(settled(ANNA, NOW, null, 10)).containsExactly(first, gone);
            assertThat(settled(ANNA, NOW.plusSeconds(30), null, 10))
                    .singleElement()
                    .extracting(row -> row.result().lastEvent())
                    .isEqualTo(7L);
            assertThat(settled(null, NOW.plusSeconds(31), null, 10)).isEmpty();
            assertThat(settled(null, NOW, null, 2)).containsExactly(first, gone);
            assertThat(settled(null, NOW, gone, 2)).containsExactly(theirs);
            assertThat(settled(ANNA, NOW, gone, 2)).isEmpty();
        }

        @Test
        void of_an_agent_that_is_forgotten_before_it_settles_is_found_like_others() {
            writing(tables -> {
                tables.agents().put(agent(ADA, ANNA));
                return null;
            });
            insert(operation(1, ADA, null));
            OperationRow row = claim("w", 0).orElseThrow();
            writing(tables -> {
                tables.agents().forget(ADA);
                return tables.operations().update(row.settled(result(1).ending(3)));
            });

            assertThat(settled(ANNA, NOW, null, 10))
                    .extracting(OperationRow::id)
                    .containsExactly(row.id());
        }

        private List<OperationRow> settled(Owner owner, Instant at, OperationRow after, int limit) {
            return listed(tables -> tables.operations().settled(owner, at, after, limit));
        }

        private OperationRow settle(OperationRow row, Result result) {
            assertThat(update(row.settled(result))).isTrue();
            return found(tables -> tables.operations().find(row.id())).orElseThrow();
        }

        private Result result(int second) {
            return new Result(Outcome.SUCCEEDED, null, List.of(), null, NOW.plusSeconds(second));
        }

        private AgentId agentOf(Owner owner) {
            return AgentId.of(owner, "ada");
        }
    }

    @Nested
    class Where_an_agent_stands {

        @Test
        void is_told_as_the_tables_tell_it() {
            assertThat(store.standing(ADA)).isEmpty();

            standsLike(agent(ADA, ANNA));
            insert(operation(1, ADA, null), operation(2, ADA, null), operation(3, ADA, null), operation(9, BOB, null));
            AgentStanding queued = standsLike(agent(ADA, ANNA));
            assertThat(queued.open()).isEqualTo(new AgentStanding.Open(opId(1), OperationKind.LAUNCH, null));
            assertThat(queued.serving()).isNull();

            OperationRow running = claim("w1", 1).orElseThrow();
            assertThat(update(running.with(State.RUNNING, Stage.BUILD))).isTrue();
            assertThat(standsLike(agent(ADA, ANNA)).open())
                    .isEqualTo(new AgentStanding.Open(opId(1), OperationKind.LAUNCH, Stage.BUILD));

            io.agentlaunchpad.error.Failure why = new io.agentlaunchpad.error.Failure("CODE", "what", "fix", true);
            assertThat(update(running.settled(new Result(Outcome.FAILED, why, List.of(), null, NOW))))
                    .isTrue();
            AgentStanding failed = standsLike(agent(ADA, ANNA));
            assertThat(failed.lastFailure()).isEqualTo(why);
            assertThat(failed.open().id()).isEqualTo(opId(2));

            settle(claim("w1", 2).orElseThrow());
            assertThat(standsLike(agent(ADA, ANNA)).lastFailure()).isNull();
        }

        @Test
        void has_the_release_that_serves_however_many_came_after_it() {
            writing(tables -> {
                for (int revision = 1; revision <= 5; revision++) {
                    tables.releases().put(release(ADA, revision));
                    tables.releases().put(release(BOB, revision));
                }
                return null;
            });

            for (int revision = 1; revision <= 5; revision++) {
                AgentRow row = agent(ADA, ANNA).serving(SPEC, revision, 1, NOW);
                assertThat(standsLike(row).serving()).isEqualTo(release(ADA, revision));
            }
            assertThat(standsLike(agent(ADA, ANNA).serving(SPEC, 6, 1, NOW)).serving())
                    .isNull();
        }

        private AgentStanding standsLike(AgentRow row) {
            writing(tables -> {
                tables.agents().put(row);
                return null;
            });
            AgentStanding standing = store.standing(ADA).orElseThrow();
            assertThat(standing.agent()).isEqualTo(AgentEntry.of(row));
            assertThat(found(tables -> AgentStanding.of(ADA, tables))).contains(standing);
            return standing;
        }
    }

    @Nested
    class Events {

        @Test
        void are_numbered_without_a_gap_by_agent() {
            for (int i = 1; i <= 5; i++) {
                append(ADA, "ada " + i);
                append(BOB, "bob " + i);
            }

            List<AgentEvent> events = listed(tables -> tables.events().list(ADA, 1, 100));
            assertThat(events).extracting(AgentEvent::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(events).extracting(AgentEvent::message).allMatch(text -> text.startsWith("ada"));
            assertThat(counted(tables -> tables.events().last(ADA))).isEqualTo(5);
            assertThat(counted(tables -> tables.events().last(AgentId.of(ANNA, "none"))))
                    .isZero();
        }

        @Test
        void are_replayed_from_any_number() {
            for (int i = 1; i <= 5; i++) {
                append(ADA, "event " + i);
            }

            assertThat(listed(tables -> tables.events().list(ADA, 4, 100)))
                    .extracting(AgentEvent::sequence)
                    .containsExactly(4L, 5L);
            assertThat(listed(tables -> tables.events().list(ADA, 0, 2)))
                    .extracting(AgentEvent::sequence)
                    .containsExactly(1L, 2L);
            assertThat(listed(tables -> tables.events().list(ADA, 6, 100))).isEmpty();
        }

        @Test
        void of_all_agents_are_counted_at_once_and_listed_by_time() {
            Owner other = Owner.of("other");
            AgentId theirs = AgentId.of(other, "ada");
            writing(tables -> {
                tables.agents().put(agent(ADA, ANNA));
                tables.agents().put(agent(BOB, ANNA));
                tables.agents().put(agent(theirs, other));
                assertThat(tables.events().lasts(null)).isEmpty();
                for (int i = 1; i <= 3; i++) {
                    at(tables, ADA, i);
                    at(tables, theirs, i);
                }
                assertThat(tables.events().lasts(ANNA)).isEqualTo(Map.of(ADA, 3L));
                at(tables, ADA, 4);
                return null;
            });

            assertThat(store.<Map<AgentId, Long>>read(tables -> tables.events().lasts(null)))
                    .isEqualTo(Map.of(ADA, 4L, theirs, 3L));
            assertThat(store.<Map<AgentId, Long>>read(tables -> tables.events().lasts(other)))
                    .isEqualTo(Map.of(theirs, 3L));
            assertThat(since(ANNA, 2, null, 10))
                    .extracting(AgentEvent::sequence)
                    .containsExactly(2L, 3L, 4L);
            List<AgentEvent> all = since(null, 0, null, 10);
            assertThat(all).hasSize(7).isSortedAccordingTo(java.util.Comparator.comparing(AgentEvent::at));
            List<AgentEvent> paged = new ArrayList<>();
            for (List<AgentEvent> page = since(null, 0, null, 2);
                    !page.isEmpty();
                    page = since(null, 0, page.get(page.size() - 1), 2)) {
                paged.addAll(page);
            }
            assertThat(paged).isEqualTo(all);
            writing(tables -> {
                tables.agents().forget(ADA);
                return null;
            });
            assertThat(since(ANNA, 0, null, 10)).isEmpty();
            assertThat(store.<Map<AgentId, Long>>read(tables -> tables.events().lasts(ANNA)))
                    .isEmpty();
        }

        private void at(Store.Tables tables, AgentId agent, int second) {
            tables.events().append(agent, NOW.plusSeconds(second), EventType.WARNING, null, "x", Map.of());
        }

        private List<AgentEvent> since(Owner owner, int second, AgentEvent after, int limit) {
            return listed(tables -> tables.events().since(owner, NOW.plusSeconds(second), after, limit));
        }

        @Test
        void come_back_as_they_were_whatever_their_text() {
            AgentEvent event = writing(tables -> tables.events()
                    .append(
                            ADA,
                            NOW,
                            EventType.OPERATION_SETTLED,
                            opId(1),
                            "line one\nline two \"quoted\" – ünïcode \u2028 \\",
                            Map.of("outcome", "FAILED", "why", "a\nb")));

            assertThat(listed(tables -> tables.events().list(ADA, 1, 1))).containsExactly(event);
        }
    }

    @Nested
    class Releases {

        @Test
        void come_back_as_they_were_newest_first() {
            writing(tables -> {
                for (int revision : new int[] {2, 10, 1}) {
                    tables.releases().put(release(ADA, revision));
                }
                tables.releases().put(release(BOB, 3));
                return null;
            });

            assertThat(found(tables -> tables.releases().find(ADA, 10))).contains(release(ADA, 10));
            assertThat(found(tables -> tables.releases().find(ADA, 3))).isEmpty();
            assertThat(listed(tables -> tables.releases().list(ADA)))
                    .extracting(Release::revision)
                    .containsExactly(10, 2, 1);
        }

        @Test
        void can_be_removed_again_and_again() {
            writing(tables -> {
                tables.releases().put(release(ADA, 1));
                return null;
            });

            for (int i = 0; i < 2; i++) {
                writing(tables -> {
                    tables.releases().remove(ADA, 1);
                    return null;
                });
            }

            assertThat(listed(tables -> tables.releases().list(ADA))).isEmpty();
        }
    }

    @Nested
    class The_outbox {

        @Test
        void hands_out_what_is_due_once_until_its_lease_ends() {
            add("n1", "webhook: https://example.test/a?b=c", NOW);

            OutboxRow held = claimNotice(0).orElseThrow();

            assertThat(held.leaseUntil()).isEqualTo(NOW.plusSeconds(30));
            assertThat(claimNotice(1)).isEmpty();
            assertThat(claimNotice(31)).isPresent();
        }

        @Test
        void keeps_what_failed_until_it_is_due_again_and_drops_what_was_delivered() {
            add("n1", "log", NOW);
            OutboxRow held = claimNotice(0).orElseThrow();

            writing(tables -> {
                tables.outbox().update(held.retryAt(NOW.plusSeconds(60)));
                return null;
            });

            assertThat(claimNotice(59)).isEmpty();
            OutboxRow again = claimNotice(60).orElseThrow();
            assertThat(again.attempts()).isEqualTo(1);
            assertThat(again.notice()).isEqualTo(held.notice());
            writing(tables -> {
                tables.outbox().remove(again.key());
                tables.outbox().remove(again.key());
                return null;
            });
            assertThat(counted(tables -> tables.outbox().size())).isZero();
        }

        @Test
        void has_one_entry_by_notice_and_notifier_the_one_due_first_goes_first() {
            add("n2", "log", NOW.minusSeconds(1));
            add("n1", "log", NOW);
            add("n1", "slack/ops", NOW);
            add("n1", "log", NOW);

            assertThat(counted(tables -> tables.outbox().size())).isEqualTo(3);
            assertThat(claimNotice(0).orElseThrow().notice().id()).isEqualTo("n2");
        }
    }

    /** Whether the store forgets what is old when it is told to; one that keeps everything says no. */
    protected boolean prunes() {
        return false;
    }

    @Test
    void pruning_forgets_what_is_old_and_keeps_what_is_needed() {
        writing(tables -> {
            tables.agents().put(agent(ADA, ANNA));
            tables.releases().put(release(ADA, 1));
            return null;
        });
        for (int i = 1; i <= 3; i++) {
            insert(operation(i, ADA, "key-" + i));
            settle(claim("w", 0).orElseThrow());
            append(ADA, "old " + i);
        }
        insert(operation(5, BOB, null)); // an agent without a row: deleted
        settle(claim("w", 0).orElseThrow());
        insert(operation(4, ADA, null));
        writing(tables -> {
            tables.events().append(ADA, NOW.plusSeconds(60), EventType.WARNING, null, "new", Map.of());
            tables.audit().append(new AuditRow(NOW, "someone", ANNA, "LAUNCH", ADA, ""));
            return null;
        });

        int removed = 0;
        for (int some = store.prune(NOW.plusSeconds(30)); some > 0; some = store.prune(NOW.plusSeconds(30))) {
            removed += some;
        }

        if (!prunes()) {
            assertThat(removed).isZero();
            assertThat(listed(tables -> tables.operations().list(null, null, 10)))
                    .hasSize(5);
            assertThat(listed(tables -> tables.events().list(ADA, 1, 10))).hasSize(4);
            return;
        }
        assertThat(removed).isPositive();
        assertThat(listed(tables -> tables.operations().list(null, null, 10)))
                .as("the newest settled one of an agent, what is open, and nothing of an agent that is gone")
                .extracting(OperationRow::id)
                .containsExactly(opId(4), opId(3));
        assertThat(listed(tables -> tables.events().list(ADA, 1, 10)))
                .extracting(AgentEvent::sequence)
                .containsExactly(4L);
        append(ADA, "next");
        assertThat(counted(tables -> tables.events().last(ADA)))
                .as("numbers go on")
                .isEqualTo(5);
        assertThat(listed(tables -> tables.releases().list(ADA))).hasSize(1);
        assertThat(listed(tables -> tables.audit().list(null, null, 10))).hasSize(1);
    }

    @Nested
    class Scans_and_the_audit {

        @Test
        void scans_are_found_by_digest_and_scanner() {
            ScanReport report = ScanReport.of("trivy server/1", "sha256:" + "a".repeat(64), List.of(), NOW);
            writing(tables -> {
                tables.scans().put(report);
                return null;
            });

            assertThat(found(tables -> tables.scans().find(report.digest(), report.scanner())))
                    .contains(report);
            assertThat(found(tables -> tables.scans().find(report.digest(), "other")))
                    .isEmpty();
            assertThat(found(tables -> tables.scans().find("sha256:" + "b".repeat(64), report.scanner())))
                    .isEmpty();
        }

        @Test
        void the_audit_is_listed_newest_first_by_owner() {
            Owner other = Owner.of("other");
            writing(tables -> {
                for (int i = 0; i < 5; i++) {
                    tables.audit().append(audit(ANNA, "anna " + i, i));
                }
                for (int i = 0; i < 20; i++) {
                    tables.audit().append(audit(other, "other " + i, 10 + i));
                }
                return null;
            });

            assertThat(listed(tables -> tables.audit().list(ANNA, null, 2)))
                    .extracting(entry -> entry.row().detail())
                    .containsExactly("anna 4", "anna 3");
            assertThat(listed(tables -> tables.audit().list(null, null, 1)))
                    .extracting(entry -> entry.row().detail())
                    .containsExactly("other 19");
            assertThat(listed(tables -> tables.audit().list(ANNA, null, 100))).hasSize(5);
        }

        @Test
        void the_audit_is_read_page_by_page_to_its_first_entry_whatever_is_added_meanwhile() {
            writing(tables -> {
                for (int i = 1; i <= 5; i++) {
                    tables.audit().append(audit(ANNA, "anna " + i, i));
                    tables.audit().append(audit(Owner.of("other"), "other " + i, i));
                }
                return null;
            });

            List<String> read = new ArrayList<>();
            Long after = null;
            for (int page = 0; page < 3; page++) {
                Long from = after;
                List<AuditEntry> entries = listed(tables -> tables.audit().list(ANNA, from, 2));
                entries.forEach(entry -> read.add(entry.row().detail()));
                after = entries.get(entries.size() - 1).number();
                writing(tables -> {
                    tables.audit().append(audit(ANNA, "newer", 9));
                    return null;
                });
            }
            Long end = after;
            assertThat(read).containsExactly("anna 5", "anna 4", "anna 3", "anna 2", "anna 1");
            assertThat(listed(tables -> tables.audit().list(ANNA, end, 2))).isEmpty();
            assertThat(listed(tables -> tables.audit().list(null, end, 100))).isEmpty();
            assertThat(listed(tables -> tables.audit().list(null, Long.MAX_VALUE, 100)))
                    .hasSize(13);
        }

        private AuditRow audit(Owner owner, String detail, int second) {
            return new AuditRow(NOW.plusSeconds(second), "someone", owner, "LAUNCH", null, detail);
        }
    }

    protected final Store store() {
        return store;
    }

    protected static OperationId opId(int number) {
        return new OperationId(String.format("op-%024x", number));
    }

    protected static AgentRow agent(AgentId id, Owner owner) {
        return new AgentRow(
                id, owner, "ada", "local", SPEC, null, 0, null, 0, Verdict.of(Verdict.Health.UNKNOWN), null, NOW, NOW);
    }

    protected static OperationRow operation(int number, AgentId agentId, String key) {
        return new OperationRow(
                opId(number),
                agentId,
                ANNA,
                OperationKind.LAUNCH,
                new Ask("local", SPEC, "v1", LaunchPolicy.standard().waive("A_KEY"), 0, 0, true),
                State.QUEUED,
                null,
                Trail.empty(),
                new Hold(0, null, null, 0, NOW),
                false,
                null,
                key,
                NOW,
                null);
    }

    private static OperationRow owned(OperationRow row, Owner owner) {
        return new OperationRow(
                row.id(),
                row.agentId(),
                owner,
                row.kind(),
                row.ask(),
                row.state(),
                row.stage(),
                row.progress(),
                row.claim(),
                row.cancelRequested(),
                row.result(),
                row.idempotencyKey(),
                row.createdAt(),
                row.startedAt());
    }

    protected static Release release(AgentId id, int revision) {
        Artifact artifact = new Artifact.Project("sha256:" + "c".repeat(64), Path.of("/projects/c"));
        return new Release(id, revision, SPEC, artifact, "{\"a\":1}", "v1", new Release.Run(1, revision), NOW);
    }

    private static OperationRow full(OperationRow row) {
        Trail trail = new Trail(
                "lock",
                release(ADA, 1).artifact(),
                0,
                1,
                new io.agentlaunchpad.error.Failure("CODE", "what", "fix", true),
                List.of(new io.agentlaunchpad.operation.Report.StageTime(Stage.BUILD, Duration.ofMillis(1234))),
                List.of("a warning"),
                List.of("v1", "v2"));
        return row.with(trail).started(NOW);
    }

    private static Result result() {
        return new Result(Outcome.SUCCEEDED, null, List.of(), 1, NOW);
    }

    private <T> T writing(Function<? super Store.Tables, ? extends T> work) {
        return store.<T>transact(work);
    }

    private <T> Optional<T> found(Function<? super Store.Tables, Optional<T>> work) {
        return store.<Optional<T>>read(work);
    }

    private <T> List<T> listed(Function<? super Store.Tables, List<T>> work) {
        return store.<List<T>>read(work);
    }

    private long counted(Function<? super Store.Tables, ? extends Number> work) {
        return store.<Number>read(work).longValue();
    }

    private void insert(OperationRow... rows) {
        writing(tables -> {
            for (OperationRow row : rows) {
                tables.operations().insert(row);
            }
            return null;
        });
    }

    private Optional<OperationRow> claim(String worker, int second) {
        Instant now = NOW.plusSeconds(second);
        return writing(tables -> tables.operations().claim(new Claim(worker, now, now.plusSeconds(30))));
    }

    private boolean update(OperationRow row) {
        return writing(tables -> tables.operations().update(row));
    }

    private void settle(OperationRow row) {
        assertThat(update(row.settled(result()))).isTrue();
    }

    private boolean cancel(int number) {
        return writing(tables -> tables.operations().requestCancel(opId(number)));
    }

    private void append(AgentId id, String message) {
        writing(tables -> tables.events().append(id, NOW, EventType.WARNING, null, message, Map.of()));
    }

    private void add(String id, String notifier, Instant due) {
        Notice notice = new Notice(
                id, due, ANNA, ADA, "ada", opId(1), OperationKind.LAUNCH, Outcome.FAILED, Notice.Level.ERROR, "t", "x");
        writing(tables -> {
            tables.outbox().add(OutboxRow.of(notice, notifier));
            return null;
        });
    }

    private Optional<OutboxRow> claimNotice(int second) {
        Instant now = NOW.plusSeconds(second);
        return writing(tables -> tables.outbox().claim(new Claim("w", now, now.plusSeconds(30))));
    }
}
