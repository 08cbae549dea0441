package io.agentlaunchpad;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.health.Instance;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.health.Observation.Application;
import io.agentlaunchpad.release.Change;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.Fence;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.SecretStore;
import io.agentlaunchpad.spi.WorkContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A platform in memory, for tests of everything around it: it remembers what was applied, and is as healthy as the test
 * says.
 */
public final class FakePlatform implements Platform {

    private final Map<AgentId, Release> running = new ConcurrentHashMap<>();
    private final Map<String, Secrets> values = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Consumer<Drift>> driftListeners = new CopyOnWriteArrayList<>();
    private final List<Found> found = new CopyOnWriteArrayList<>();
    private volatile Predicate<Release> healthy = release -> true;
    private volatile Predicate<Release> doomed = release -> false;
    private volatile Runnable beforeApply = () -> {};
    private volatile Runnable beforeFence = () -> {};
    private volatile Runnable whileDeleting = () -> {};
    private volatile Runnable afterPut = () -> {};
    private volatile Runnable afterReveal = () -> {};
    private volatile Runnable beforeForget = () -> {};
    private volatile Runnable whileClosing = () -> {};
    private volatile Runnable whileSpeaking = () -> {};
    private volatile Runnable whileFollowed = () -> {};
    private volatile List<String> undeletable = List.of();
    private volatile Function<AgentAccess.Request, @Nullable String> answers = request -> null;
    private volatile Set<Artifact.Kind> kinds = Set.of(Artifact.Kind.PROJECT);

    /** What runs for an agent. */
    public Optional<Release> running(AgentId id) {
        return Optional.ofNullable(running.get(id));
    }

    /** Every change, in order: {@code apply 1}, {@code accepted 1}, {@code delete}. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** How many secret versions are kept. */
    public int secretVersions() {
        return values.size();
    }

    public FakePlatform healthyWhen(Predicate<Release> test) {
        healthy = test;
        return this;
    }

    public FakePlatform doomedWhen(Predicate<Release> test) {
        doomed = test;
        return this;
    }

    /** Takes images, and no project directories. */
    public FakePlatform runningImages() {
        kinds = Set.of(Artifact.Kind.IMAGE);
        return this;
    }

    /** Runs in each apply before it asks the fence; what it throws, apply throws. */
    public FakePlatform beforeFence(Runnable action) {
        beforeFence = action;
        return this;
    }

    /** Runs in each apply right before the change; what it throws, apply throws. */
    public FakePlatform beforeApply(Runnable action) {
        beforeApply = action;
        return this;
    }

    /** Runs once, in the next delete, before it removes anything. */
    public FakePlatform whileDeleting(Runnable action) {
        whileDeleting = once(action, () -> whileDeleting = () -> {});
        return this;
    }

    /** Runs once, right after the next secrets are stored. */
    public FakePlatform afterPut(Runnable action) {
        afterPut = once(action, () -> afterPut = () -> {});
        return this;
    }

    /** Runs before secrets are forgotten; what it throws, that throws. */
    public FakePlatform beforeForget(Runnable action) {
        beforeForget = action;
        return this;
    }

    /** Runs where it is closed, and where a watch on others' changes is; what it throws, that throws. */
    public FakePlatform whileClosing(Runnable action) {
        whileClosing = action;
        return this;
    }

    /** Runs once, right after somebody has asked for secrets next. */
    public FakePlatform afterReveal(Runnable action) {
        afterReveal = once(action, () -> afterReveal = () -> {});
        return this;
    }

    private static Runnable once(Runnable action, Runnable reset) {
        return () -> {
            reset.run();
            action.run();
        };
    }

    public FakePlatform cannotDelete(String... what) {
        undeletable = List.of(what);
        return this;
    }

    /** What agents say to a request, instead of what they say by themselves; null for that. */
    public FakePlatform answering(Function<AgentAccess.Request, @Nullable String> newAnswers) {
        answers = newAnswers;
        return this;
    }

    /** Runs in each reply that is heard word by word, behind the first one. */
    public FakePlatform whileSpeaking(Runnable action) {
        whileSpeaking = action;
        return this;
    }

    /** Runs in each log that is followed, behind its lines. */
    public FakePlatform whileFollowed(Runnable action) {
        whileFollowed = action;
        return this;
    }

    /** Lets somebody else change an object. */
    public FakePlatform drifts(Drift change) {
        driftListeners.forEach(listener -> listener.accept(change));
        return this;
    }

    /** An agent that lives here without the store's knowledge. */
    public FakePlatform houses(Found agent) {
        found.add(agent);
        running.put(agent.serving().agentId(), agent.serving());
        return this;
    }

    @Override
    public Set<Artifact.Kind> runs() {
        return kinds;
    }

    @Override
    public List<String> check(WorkContext context) {
        return List.of();
    }

    @Override
    public List<String> preflight(AgentId agentId, AgentSpec spec, WorkContext context) {
        return List.of();
    }

    @Override
    public Rendering render(PlanRequest request, WorkContext context) {
        Artifact artifact = request.artifact();
        return new Rendering("run " + (artifact == null ? "?" : artifact.digest()), List.of());
    }

    @Override
    public Plan plan(PlanRequest request, WorkContext context) {
        return new Plan(
                render(request, context).objects(),
                List.of(new Change("process", Change.Action.CREATE, List.of())),
                List.of());
    }

    @Override
    public List<String> apply(Release release, Fence fence, WorkContext context) {
        beforeFence.run();
        fence.check();
        beforeApply.run();
        context.check();
        calls.add("apply " + release.revision());
        running.put(release.agentId(), release);
        return List.of();
    }

    @Override
    public Watch watch(Release release, Consumer<Observation> facts) {
        facts.accept(look(release));
        return () -> {};
    }

    @Override
    public Observation observe(Release release, WorkContext context) {
        return look(release);
    }

    @Override
    public void accepted(Release release) {
        calls.add("accepted " + release.revision());
    }

    @Override
    public List<String> delete(AgentId agentId, Predicate<String> condemned, Fence fence, WorkContext context) {
        fence.check();
        context.check();
        calls.add("delete");
        whileDeleting.run();
        if (undeletable.isEmpty()) {
            running.remove(agentId);
            SecretStore secrets = secrets();
            secrets.versions(agentId).stream().filter(condemned).forEach(version -> secrets.forget(agentId, version));
        }
        return undeletable;
    }

    @Override
    public List<Found> survey(WorkContext context) {
        return List.copyOf(found);
    }

    @Override
    public Watch drift(Consumer<Drift> changes) {
        driftListeners.add(changes);
        return () -> {
            driftListeners.remove(changes);
            whileClosing.run();
        };
    }

    @Override
    public AgentAccess access() {
        return new Access(request -> answers.apply(request), () -> whileSpeaking.run(), () -> whileFollowed.run());
    }

    @Override
    public SecretStore secrets() {
        return new InMemorySecrets(values, () -> afterPut.run(), () -> afterReveal.run(), () -> beforeForget.run());
    }

    @Override
    public void close() {
        whileClosing.run();
    }

    private Observation look(Release release) {
        Release now = running.get(release.agentId());
        var clock = java.time.Clock.systemUTC().instant();
        if (now == null || now.run().stopped()) {
            return Observation.nothing(clock);
        }
        boolean current = now.revision() == release.revision();
        Trouble trouble = doomed.test(now)
                ? new Trouble("PLUGIN_INIT_FAILED", "the plugin threw", "fix the plugin.", true, List.of("last words"))
                : null;
        boolean ready = healthy.test(now) && trouble == null;
        return new Observation(
                clock,
                true,
                now.run().replicas(),
                List.of(new Instance("process-1", current, ready, 0, trouble)),
                new Application(
                        ready ? Application.State.READY : Application.State.NOT_READY,
                        ready ? List.of() : List.of("still starting")),
                null,
                List.of());
    }

    private record InMemorySecrets(
            Map<String, Secrets> values, Runnable afterPut, Runnable afterReveal, Runnable beforeForget)
            implements SecretStore {

        @Override
        public String put(AgentId agentId, Secrets secrets) {
            String version = "v" + java.util.UUID.randomUUID();
            values.put(agentId + "/" + version, secrets);
            afterPut.run();
            return version;
        }

        @Override
        public Secrets reveal(AgentId agentId, String version) {
            Secrets found = Optional.ofNullable(values.get(agentId + "/" + version))
                    .orElseThrow(() -> new NotFoundException("No secrets " + version + ".", "launch again."));
            afterReveal.run();
            return found;
        }

        @Override
        public void forget(AgentId agentId, String version) {
            beforeForget.run();
            values.remove(agentId + "/" + version);
        }

        @Override
        public Set<String> versions(AgentId agentId) {
            return values.keySet().stream()
                    .filter(key -> key.startsWith(agentId + "/"))
                    .map(key -> key.substring(key.indexOf('/') + 1))
                    .collect(Collectors.toSet());
        }
    }

    private record Access(Function<Request, @Nullable String> answers, Runnable whileSpeaking, Runnable whileFollowed)
            implements AgentAccess {

        private static final String FIRST_WORD =
                "event: user_message\ndata: {}\n\nevent: chunk\ndata: {\"chunk\":\"Hello\"}\n\n";
        private static final String OTHERS = "event: chunk\ndata: {\"chunk\":\" yourself\"}\n\n"
                + "event: done\ndata: {\"text\":\"Hello yourself\"}\n\n";

        @Override
        public Optional<URI> url(AgentId agentId) {
            return Optional.of(URI.create("http://127.0.0.1:3000"));
        }

        @Override
        public Response send(AgentId agentId, Request request, WorkContext context) throws LaunchpadException {
            String given = answers.apply(request);
            String body = given != null
                    ? given
                    : switch (request.path()) {
                        case "/api/agents" -> "{\"data\":{\"agents\":[{\"id\":\"a1\"}]}}";
                        case "/metrics" ->
                            "process_start_time_seconds 1.7637e9\n"
                                    + "launchpad_agent_http_requests_total{code=\"200\"} 7\n"
                                    + "launchpad_agent_messages_received_total 3\nlaunchpad_agent_messages_sent_total 2\n";
                        case "/api/messaging/sessions" -> "{\"sessionId\":\"s1\"}";
                        case "/api/messaging/sessions/s1/messages" ->
                            "{\"agentResponse\":{\"text\":\"Hello yourself\"}}";
                        default -> "";
                    };
            return new Response(200, Map.of(), body);
        }

        /** A message is answered with a piece for each word. */
        @Override
        public Response stream(AgentId agentId, Request request, Consumer<String> lines, WorkContext context) {
            String given = answers.apply(request);
            if (given == null) {
                FIRST_WORD.lines().forEach(lines);
                whileSpeaking.run();
            }
            (given == null ? OTHERS : given).lines().forEach(lines);
            return new Response(200, Map.of(), "");
        }

        @Override
        public void logs(AgentId agentId, LogQuery query, Consumer<String> lines, WorkContext context) {
            new ArrayList<>(List.of("first", "second")).forEach(lines);
            if (query.follow()) {
                whileFollowed.run();
            }
        }
    }
}
