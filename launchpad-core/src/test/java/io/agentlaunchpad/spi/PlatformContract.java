package io.agentlaunchpad.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.CancelledException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.error.UnreachableException;
import io.agentlaunchpad.health.HealthPolicy;
import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Judge;
import io.agentlaunchpad.health.Judgement;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.release.Change;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.release.Release.Run;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.AgentAccess.Request;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The laws of {@link Platform}. Whoever writes a platform extends this class in a test, hands out artifacts that behave as
 * named, and runs it against the real thing.
 *
 * <p>Every test uses an agent of its own and deletes it.
 */
public abstract class PlatformContract {

    /** A value that must stand nowhere but in the secret store and the agent itself. */
    protected static final String SECRET = "planted-0123456789-secret";

    private static final Request LINES = Request.post("/lines", "{}");
    private static final Request BREAKING = Request.post("/lines?break", "{}");
    private static final Request ENDLESS = Request.post("/lines?endless", "{}");

    private Platform platform;
    private AgentSpec spec;
    private AgentId id;

    /** A new handle on the same place; several are open at once. */
    protected abstract Platform open();

    /**
     * An artifact whose agent becomes ready; two variants have different digests. To {@code POST /lines} it answers with the line
     * {@code data: größer ✓ 😀} as an event stream, and after {@code GET /lines/more} with {@code data: more} behind which come CR
     * and LF, an empty line, and {@code data: last} without an end. {@code POST /lines?break} breaks off behind the first line,
     * {@code POST /lines?endless} sends a byte more than a line may have and no end. {@code GET /lines/asked} is how often they
     * were asked for, as {@code {"asked":1}}.
     */
    protected abstract Artifact healthy(int variant);

    /** An artifact whose agent ends while it starts, saying so in the words {@code planted failure}. */
    protected abstract Artifact failing();

    /** How long a start or stop may take. */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** The specification the tests launch. */
    protected AgentSpec spec(String name) {
        return AgentSpec.named(name).bio("Tests platforms").build();
    }

    @BeforeEach
    void openPlatform() {
        platform = open();
        spec = spec("contract-" + UUID.randomUUID().toString().substring(0, 8));
        id = AgentId.of(Owner.LOCAL, spec.name());
    }

    @AfterEach
    void deleteAgent() {
        try {
            platform.delete(id, version -> true, TestFence.holding(), TestWork.of());
        } finally {
            platform.close();
        }
    }

    @Nested
    class Apply {

        @Test
        void makes_a_release_run_until_it_is_ready() {
            Release release = release(1, healthy(1), new Run(1, 1));

            assertThat(platform.observe(release, work()).seen()).isFalse();
            apply(release);
            Observation facts = awaitReady(release);

            assertThat(facts.seen()).isTrue();
            assertThat(facts.desired()).isEqualTo(1);
            assertThat(facts.instances()).hasSize(1).allMatch(Instance::current);
        }

        @Test
        void twice_has_the_effect_of_once() {
            Release release = running(1, healthy(1));
            List<Instance> before = seenReady(release).instances();

            apply(release);

            assertThat(seenReady(release).instances()).isEqualTo(before);
        }

        @Test
        void of_the_same_content_under_another_number_keeps_what_runs() {
            Release release = running(1, healthy(1));
            String before = onlyInstance(release).name();
            Release renumbered = release(2, healthy(1), release.run());

            apply(renumbered);

            assertThat(onlyInstance(renumbered).name()).isEqualTo(before);
            assertThat(platform.observe(renumbered, work()).seen()).isTrue();
        }

        @Test
        void of_another_generation_gives_another_instance() {
            Release release = running(1, healthy(1));
            String before = onlyInstance(release).name();
            Release restarted = release(2, healthy(1), new Run(1, 2));

            apply(restarted);
            awaitReady(restarted);

            assertThat(onlyInstance(restarted).name()).isNotEqualTo(before);
        }

        @Test
        void of_no_copies_stops_the_agent_and_of_one_starts_it_again() {
            running(1, healthy(1));
            Release stopped = release(2, healthy(1), new Run(0, 1));

            apply(stopped);
            await(stopped, Judgement.Kind.READY);
            assertThat(platform.observe(stopped, work()).instances()).isEmpty();
            assertThat(platform.access().url(id)).isEmpty();

            Release started = release(3, healthy(1), new Run(1, 1));
            apply(started);
            awaitReady(started);
        }

        @Test
        void of_an_older_release_restores_it() {
            Release first = running(1, healthy(1));
            Release second = release(2, healthy(2), new Run(1, 1));
            apply(second);
            awaitReady(second);
            assertThat(platform.observe(first, work()).instances()).noneMatch(Instance::current);

            apply(first);

            awaitReady(first);
            assertThat(platform.observe(second, work()).instances()).noneMatch(Instance::current);
        }

        @Test
        void replaces_a_release_that_failed() {
            Release broken = release(1, failing(), new Run(1, 1));
            apply(broken);
            await(broken, Judgement.Kind.DOOMED);

            running(2, healthy(1));
        }

        @Test
        void with_a_fallen_fence_changes_nothing() {
            Release first = running(1, healthy(1));
            List<Instance> before = seenReady(first).instances();
            Release second = release(2, healthy(2), new Run(1, 1));

            assertThatThrownBy(() -> platform.apply(second, TestFence.fallen(), work()))
                    .isInstanceOf(StoreException.class);

            assertThat(seenReady(first).instances()).isEqualTo(before);
        }

        @Test
        void of_cancelled_work_starts_nothing() {
            Release release = release(1, healthy(1), new Run(1, 1));
            TestWork work = TestWork.of();
            work.cancel();

            assertThatThrownBy(() -> platform.apply(release, TestFence.holding(), work))
                    .isInstanceOf(CancelledException.class);

            assertThat(platform.observe(release, work()).instances()).isEmpty();
        }

        @Test
        void hands_the_secrets_to_the_agent_and_to_nobody_else() {
            Release release = running(1, healthy(1));

            assertThat(release.objects()).doesNotContain(SECRET);
            assertThat(platform.observe(release, work()).toString()).doesNotContain(SECRET);
            assertThat(logs()).noneMatch(line -> line.contains(SECRET));
        }

        @Test
        void keeps_agents_apart() {
            Release mine = running(1, healthy(1));
            AgentSpec otherSpec = spec("other-" + UUID.randomUUID().toString().substring(0, 8));
            AgentId otherId = AgentId.of(Owner.LOCAL, otherSpec.name());
            Release other = release(otherId, otherSpec, 1, healthy(1), new Run(1, 1), null);
            try {
                apply(other);
                awaitReady(other);
                assertThat(platform.access().url(otherId))
                        .isPresent()
                        .isNotEqualTo(platform.access().url(id));
            } finally {
                platform.delete(otherId, version -> true, TestFence.holding(), work());
            }
            assertThat(awaitReady(mine).instances()).hasSize(1);
        }
    }

    @Nested
    class Watch {

        @Test
        void reports_at_once_and_when_the_agent_is_ready() {
            Release release = release(1, healthy(1), new Run(1, 1));
            apply(release);
            List<Observation> heard = new CopyOnWriteArrayList<>();

            try (Platform.Watch watch = platform.watch(release, heard::add)) {
                within(() -> !heard.isEmpty());
                within(() -> ready(heard.get(heard.size() - 1)));
            }
        }

        @Test
        void says_why_a_release_cannot_succeed() {
            Release broken = release(1, failing(), new Run(1, 1));
            apply(broken);

            Judgement judgement = await(broken, Judgement.Kind.DOOMED);

            assertThat(judgement.doom()).isNotNull();
            assertThat(judgement.doom().message()).contains("planted failure");
            assertThat(judgement.doom().code()).isNotBlank();
            assertThat(judgement.doom().fix()).isNotBlank();
        }

        @Test
        void outlives_a_listener_that_throws() {
            Release release = release(1, healthy(1), new Run(1, 1));
            apply(release);
            List<Observation> heard = new CopyOnWriteArrayList<>();

            try (Platform.Watch watch = platform.watch(release, facts -> {
                heard.add(facts);
                throw new IllegalStateException("planted");
            })) {
                within(() -> heard.size() > 1 && ready(heard.get(heard.size() - 1)));
            }
        }

        @Test
        void ends_when_it_is_closed() {
            Release release = running(1, healthy(1));
            List<Observation> heard = new CopyOnWriteArrayList<>();
            Platform.Watch watch = platform.watch(release, heard::add);
            within(() -> !heard.isEmpty());
            watch.close();
            watch.close();
            List<Observation> later = new CopyOnWriteArrayList<>();
            int before = heard.size();

            try (Platform.Watch another = platform.watch(release, later::add)) {
                platform.delete(id, version -> true, TestFence.holding(), work());
                within(() -> later.stream().anyMatch(facts -> facts.instances().isEmpty()));
            }

            // One report may have been under way when it was closed.
            assertThat(heard.size()).isLessThanOrEqualTo(before + 1);
        }
    }

    @Nested
    class A_plan {

        @Test
        void is_the_same_text_for_the_same_agent() {
            assertThat(plan(healthy(1)).objects()).isEqualTo(plan(healthy(1)).objects());
        }

        @Test
        void names_what_would_be_created_changed_and_kept_and_touches_nothing() {
            Plan first = plan(healthy(1));
            assertThat(first.changes()).extracting(Change::action).contains(Change.Action.CREATE);
            assertThat(platform.access().url(id)).isEmpty();

            Release release = running(1, healthy(1));
            assertThat(plan(healthy(1)).changesNothing()).isTrue();

            Plan update = plan(healthy(2));
            assertThat(update.changesNothing()).isFalse();
            assertThat(update.changes())
                    .anySatisfy(change -> assertThat(change.differences()).isNotEmpty());
            assertThat(platform.observe(release, work()).instances()).allMatch(Instance::current);
        }

        @Test
        void shows_what_rendering_gives() {
            PlanRequest request = new PlanRequest(id, Owner.LOCAL, spec, healthy(1), null, new Run(1, 1));

            assertThat(platform.plan(request, work()).objects())
                    .isEqualTo(platform.render(request, work()).objects());
        }

        @Test
        void can_be_made_before_the_artifact() {
            Plan plan = platform.plan(new PlanRequest(id, Owner.LOCAL, spec, null, null, new Run(1, 1)), work());

            assertThat(plan.objects()).isNotBlank();
            assertThat(plan.changesNothing()).isFalse();
        }
    }

    @Nested
    class An_accepted_agent {

        @Test
        void is_found_again_through_another_handle() {
            Release release = running(1, healthy(1));
            platform.accepted(release);
            String before = onlyInstance(release).name();
            platform.close();

            platform = open();

            assertThat(onlyInstance(release).name()).isEqualTo(before);
            apply(release);
            assertThat(onlyInstance(release).name()).isEqualTo(before);
            assertThat(platform.access()
                            .send(id, Request.get("/readyz"), work())
                            .status())
                    .isEqualTo(200);
        }

        @Test
        void may_be_accepted_again() {
            Release release = running(1, healthy(1));

            platform.accepted(release);
            platform.accepted(release);

            assertThat(seenReady(release).instances()).hasSize(1);
        }
    }

    @Nested
    class Delete {

        @Test
        void removes_everything_and_may_be_repeated() {
            Release release = running(1, healthy(1));

            assertThat(platform.delete(id, version -> true, TestFence.holding(), work()))
                    .isEmpty();

            Observation facts = platform.observe(release, work());
            assertThat(facts.instances()).isEmpty();
            assertThat(platform.access().url(id)).isEmpty();
            assertThatThrownBy(() -> platform.secrets().reveal(id, String.valueOf(release.secretVersion())))
                    .isInstanceOf(NotFoundException.class);
            assertThat(platform.delete(id, version -> true, TestFence.holding(), work()))
                    .isEmpty();
        }

        @Test
        void leaves_the_secrets_of_launches_that_wait() {
            Release release = running(1, healthy(1));
            String waiting = platform.secrets().put(id, Secrets.of("TEST_SECRET", "another"));

            assertThat(platform.delete(
                            id, Set.of(String.valueOf(release.secretVersion()))::contains, TestFence.holding(), work()))
                    .isEmpty();

            assertThat(platform.secrets().versions(id)).containsExactly(waiting);
        }

        @Test
        void of_an_unknown_agent_is_harmless() {
            assertThat(platform.delete(id, version -> true, TestFence.holding(), work()))
                    .isEmpty();
        }

        @Test
        void with_a_fallen_fence_removes_nothing() {
            Release release = running(1, healthy(1));
            List<Instance> before = seenReady(release).instances();

            assertThatThrownBy(() -> platform.delete(id, version -> true, TestFence.fallen(), work()))
                    .isInstanceOf(StoreException.class);

            assertThat(seenReady(release).instances()).isEqualTo(before);
        }

        @Test
        void lets_the_same_agent_be_launched_again() {
            running(1, healthy(1));
            platform.delete(id, version -> true, TestFence.holding(), work());

            running(1, healthy(1));
        }
    }

    @Nested
    class The_road_to_the_agent {

        @Test
        void carries_a_request_and_its_answer() {
            running(1, healthy(1));

            AgentAccess.Response answer = platform.access().send(id, Request.get("/livez"), work());

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers().get("content-type")).contains("json");
            assertThat(answer.body()).contains("alive");
        }

        @Test
        void says_so_when_there_is_no_such_agent() {
            AgentAccess access = platform.access();

            assertThat(access.url(id)).isEmpty();
            assertThatThrownBy(() -> access.send(id, Request.get("/livez"), work()))
                    .isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> access.stream(id, Request.get("/livez"), line -> {}, work()))
                    .isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> access.logs(id, LogQuery.last(1), line -> {}, work()))
                    .isInstanceOf(NotFoundException.class);
        }

        @Test
        void sends_nothing_for_cancelled_work() {
            running(1, healthy(1));
            TestWork work = TestWork.of();
            work.cancel();

            assertThatThrownBy(() -> platform.access().send(id, Request.get("/livez"), work))
                    .isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> platform.access().stream(id, LINES, line -> {}, work))
                    .isInstanceOf(CancelledException.class);
            assertThat(asked()).isZero();
        }

        @Test
        void passes_the_log_on() {
            running(1, healthy(1));

            within(() -> !logs().isEmpty());
            assertThat(logs(LogQuery.last(1))).hasSizeLessThanOrEqualTo(1);
        }

        @Test
        void follows_the_log_until_it_is_cancelled() throws Exception {
            running(1, healthy(1));
            TestWork work = TestWork.of();
            List<String> lines = new CopyOnWriteArrayList<>();
            CompletableFuture<Void> following = CompletableFuture.runAsync(
                    () -> platform.access().logs(id, LogQuery.last(5).following(), lines::add, work));
            within(() -> !lines.isEmpty());

            work.cancel();

            try {
                // Law 8 says a second; a machine that is busy with other things is given more.
                following.get(5, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(CancelledException.class);
            }
        }
    }

    @Nested
    class An_answer_that_takes_its_time {

        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Test
        void comes_line_by_line_while_the_agent_still_speaks_on_the_thread_that_asked_once() {
            running(1, healthy(1));
            Set<Thread> threads = new HashSet<>();

            AgentAccess.Response answer = platform.access().stream(
                    id,
                    LINES,
                    line -> {
                        threads.add(Thread.currentThread());
                        lines.add(line);
                        if (lines.size() == 1) {
                            // What follows is not said before.
                            platform.access().send(id, Request.get("/lines/more"), work());
                        }
                    },
                    work());

            assertThat(lines).containsExactly("data: größer ✓ 😀", "data: more", "", "data: last");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers().get("content-type")).startsWith("text/event-stream");
            assertThat(answer.body()).isEmpty();
            assertThat(threads).containsExactly(Thread.currentThread());
            assertThat(asked()).isEqualTo(1);
        }

        @Test
        void that_breaks_off_is_an_error_and_asked_for_once() {
            running(1, healthy(1));

            assertThatThrownBy(() -> platform.access().stream(id, BREAKING, lines::add, work()))
                    .isInstanceOf(UnreachableException.class);

            assertThat(lines).isSubsetOf("data: größer ✓ 😀");
            assertThat(asked()).isEqualTo(1);
        }

        @Test
        void whose_line_never_ends_is_an_error_and_asked_for_once() {
            running(1, healthy(1));

            assertThatThrownBy(() -> platform.access().stream(id, ENDLESS, lines::add, work()))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("16777216 bytes");

            assertThat(lines).isEmpty();
            assertThat(asked()).isEqualTo(1);
        }

        @Test
        void ends_with_a_cancel() {
            running(1, healthy(1));
            TestWork work = TestWork.of();
            CompletableFuture<AgentAccess.Response> answer =
                    CompletableFuture.supplyAsync(() -> platform.access().stream(id, LINES, lines::add, work));
            within(() -> !lines.isEmpty());

            work.cancel();

            // Law 8 says a second; a machine that is busy with other things is given more.
            assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);
            assertThat(asked()).isEqualTo(1);
        }

        @Test
        void ends_with_what_its_listener_throws() {
            running(1, healthy(1));

            assertThatThrownBy(() -> platform.access().stream(
                            id,
                            LINES,
                            line -> {
                                throw new IllegalStateException("planted");
                            },
                            work()))
                    .hasMessage("planted");

            assertThat(asked()).isEqualTo(1);
        }

        @Test
        void of_another_status_comes_whole() {
            running(1, healthy(1));

            AgentAccess.Response answer =
                    platform.access().stream(id, Request.post("/nothing-here", "{}"), lines::add, work());

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body()).contains("error");
            assertThat(lines).isEmpty();
        }
    }

    /** How often {@link #LINES}, {@link #BREAKING} or {@link #ENDLESS} reached the agent. */
    private int asked() {
        String body =
                platform.access().send(id, Request.get("/lines/asked"), work()).body();
        return Integer.parseInt(body.replaceAll("\\D", ""));
    }

    protected final TestWork work() {
        return TestWork.of();
    }

    protected final Platform platform() {
        return platform;
    }

    protected final AgentId id() {
        return id;
    }

    /** A release of the test's agent, planned by the platform, with the planted secret. */
    protected final Release release(int revision, Artifact artifact, Run run) {
        return release(id, spec, revision, artifact, run, planted());
    }

    /** The version of the planted secret, stored once. */
    private String planted() {
        return platform.secrets().versions(id).stream()
                .filter(version -> platform.secrets().reveal(id, version).equals(Secrets.of("TEST_SECRET", SECRET)))
                .findFirst()
                .orElseGet(() -> platform.secrets().put(id, Secrets.of("TEST_SECRET", SECRET)));
    }

    private Release release(AgentId agent, AgentSpec of, int revision, Artifact artifact, Run run, String version) {
        Plan plan = platform.plan(new PlanRequest(agent, Owner.LOCAL, of, artifact, version, run), work());
        return new Release(agent, revision, of, artifact, plan.objects(), version, run, Instant.now());
    }

    protected final List<String> apply(Release release) {
        return platform.apply(release, TestFence.holding(), work());
    }

    /** A release that runs and is ready. */
    protected final Release running(int revision, Artifact artifact) {
        Release release = release(revision, artifact, new Run(1, 1));
        apply(release);
        awaitReady(release);
        return release;
    }

    protected final Observation awaitReady(Release release) {
        await(release, Judgement.Kind.READY);
        return platform.observe(release, work());
    }

    /** What a look shows that finds it ready: on a busy machine a ready agent may answer one look too late. */
    private Observation seenReady(Release release) {
        List<Observation> seen = new ArrayList<>();
        within(() -> {
            Observation now = platform.observe(release, work());
            seen.add(now);
            return ready(now);
        });
        return seen.get(seen.size() - 1);
    }

    /** Waits until the facts mean what is expected, or the opposite. */
    protected final Judgement await(Release release, Judgement.Kind kind) {
        List<Observation> heard = new CopyOnWriteArrayList<>();
        List<Judgement> judged = new ArrayList<>();
        try (Platform.Watch watch = platform.watch(release, heard::add)) {
            within(() -> {
                Judgement now = judge(heard);
                judged.add(now);
                return now.kind() != Judgement.Kind.WAITING;
            });
        }
        Judgement judgement = judged.get(judged.size() - 1);
        assertThat(judgement.kind()).as("%s", judgement.verdict()).isEqualTo(kind);
        return judgement;
    }

    private static Judgement judge(List<Observation> facts) {
        Judge judge = Judge.by(HealthPolicy.standard());
        for (Observation each : facts) {
            judge = judge.see(each);
        }
        return judge.judgement();
    }

    private static boolean ready(Observation facts) {
        return judge(List.of(facts)).kind() == Judgement.Kind.READY;
    }

    protected final Instance onlyInstance(Release release) {
        List<Instance> instances = platform.observe(release, work()).instances();
        assertThat(instances).hasSize(1);
        return instances.get(0);
    }

    protected final List<String> logs() {
        return logs(new LogQuery(-1, null, false));
    }

    protected final List<String> logs(LogQuery query) {
        List<String> lines = new ArrayList<>();
        platform.access().logs(id, query, lines::add, work());
        return lines;
    }

    protected final void within(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(patience())
                .until(condition);
    }

    private Plan plan(Artifact artifact) {
        return platform.plan(new PlanRequest(id, Owner.LOCAL, spec, artifact, planted(), new Run(1, 1)), work());
    }
}
