package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.WiringException;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.release.Change;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.Fence;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.SecretStore;
import io.agentlaunchpad.spi.WorkContext;
import java.net.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Agents as child processes of this machine, on Linux and macOS. Each has a directory below the home with its state,
 * identity, data, log and secrets, readable by this user only, and listens on a port of 127.0.0.1 that it keeps.
 *
 * <pre>{@code
 * LocalPlatform.under(Path.of(System.getProperty("user.home"), ".launchpad"))
 * }</pre>
 *
 * <p>A process ends itself when its launcher dies before {@link #accepted}; after that it lives on, and any later process
 * that uses the same home finds it again. Processes that use one home at once take turns by agent. The memory limit of a
 * specification bounds the JavaScript heap; CPU is not limited. Safe for use by many threads.
 */
public final class LocalPlatform implements Platform {

    private static final long ROOM_NEEDED = 200L << 20;

    private final Path home;
    private final boolean bound;
    private final @Nullable Path chosenNode;
    private final Duration grace;

    private final LocalAgents agents;
    private final NodeCommand node;
    private final Observer observer;
    private final Rollout rollout;
    private final LocalAccess access;
    private final ScheduledExecutorService timer;
    private final ExecutorService work;

    private LocalPlatform(Path home, boolean bound, @Nullable Path chosenNode, Duration grace) {
        this.home = home;
        this.bound = bound;
        this.chosenNode = chosenNode;
        this.grace = grace;
        OkHttpClient http = new OkHttpClient.Builder()
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .retryOnConnectionFailure(false)
                .connectTimeout(Duration.ofSeconds(1))
                .readTimeout(Duration.ZERO)
                // An agent may close an idle connection in the moment it is used again, and nothing is ever sent twice.
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .build();
        this.agents = LocalAgents.below(home);
        this.node = new NodeCommand(chosenNode);
        this.observer = new Observer(agents, new Readyz(http), Clock.systemUTC());
        this.access = new LocalAccess(agents, http);
        this.timer = Executors.newSingleThreadScheduledExecutor(threads("launchpad-local-timer"));
        this.work = Executors.newCachedThreadPool(threads("launchpad-local"));
        this.rollout = new Rollout(agents, node, bound, grace, work);
    }

    /**
     * The platform whose agents live below that directory; it is made when the first agent is.
     *
     * @throws WiringException on Windows
     */
    public static LocalPlatform under(Path home) {
        refuseWindows(System.getProperty("os.name", ""));
        return new LocalPlatform(home.toAbsolutePath().normalize(), false, null, Rollout.GRACE);
    }

    /** Another platform of the same home whose agents end with this process: for a launch that stays attached to a terminal. */
    public LocalPlatform boundToThisProcess() {
        return new LocalPlatform(home, true, chosenNode, grace);
    }

    /** Another platform of the same home, with another Node.js than the one on PATH. */
    public LocalPlatform node(Path executable) {
        return new LocalPlatform(home, bound, executable.toAbsolutePath(), grace);
    }

    /** Another one with less patience for an agent that does not end when it is asked to. */
    LocalPlatform grace(Duration patience) {
        return new LocalPlatform(home, bound, chosenNode, patience);
    }

    static void refuseWindows(String system) {
        if (system.toLowerCase(Locale.ROOT).startsWith("windows")) {
            throw new WiringException(
                    "PLATFORM_UNSUPPORTED",
                    "The local platform runs on Linux and macOS, not on " + system + ".",
                    "run it inside the Windows Subsystem for Linux, or use the Kubernetes platform.",
                    null);
        }
    }

    @Override
    public Set<Artifact.Kind> runs() {
        return Set.of(Artifact.Kind.PROJECT);
    }

    @Override
    public List<String> check(WorkContext context) {
        refuse(refusals(context));
        return List.of();
    }

    @Override
    public List<String> preflight(AgentId agentId, AgentSpec spec, WorkContext context) {
        List<PreflightException> refusals = refusals(context);
        int replicas = spec.resources().replicas();
        if (replicas > 1) {
            refusals.add(new PreflightException(
                    "REPLICAS_UNSUPPORTED",
                    "The local platform runs one copy of an agent, " + replicas + " were asked for.",
                    "set resources.replicas to 1, or use the Kubernetes platform.",
                    null));
        }
        if (!spec.secretRefs().isEmpty()) {
            refusals.add(new PreflightException(
                    "SECRET_REFS_UNSUPPORTED",
                    "The secrets " + spec.secretRefs().keySet() + " are references, and this machine has no secrets "
                            + "to refer to.",
                    "give their values.",
                    null));
        }
        refuse(refusals);
        return List.of();
    }

    private List<PreflightException> refusals(WorkContext context) {
        List<PreflightException> refusals = new ArrayList<>();
        try {
            node.find(context);
        } catch (PreflightException e) {
            refusals.add(e);
        }
        HomeCheck.refusal(home, ROOM_NEEDED).ifPresent(refusals::add);
        return refusals;
    }

    private static void refuse(List<PreflightException> refusals) {
        if (refusals.size() > 1) {
            throw new PreflightException(
                    String.join(
                            " ",
                            refusals.stream()
                                    .map(each -> each.failure().message())
                                    .toList()),
                    String.join(
                            " ", refusals.stream().map(PreflightException::fix).toList()));
        }
        if (!refusals.isEmpty()) {
            throw refusals.get(0);
        }
    }

    @Override
    public Rendering render(PlanRequest request, WorkContext context) {
        context.check();
        return new Rendering(LocalObjects.of(request.spec(), request.artifact()).text(), List.of());
    }

    @Override
    public Plan plan(PlanRequest request, WorkContext context) {
        context.check();
        LocalObjects objects = LocalObjects.of(request.spec(), request.artifact());
        Optional<LocalState> live = agents.files(request.agentId()).state();
        List<String> differences = objects.differencesFrom(
                live.map(state -> LocalObjects.parse(state.objects())).orElse(null));
        List<String> all = new ArrayList<>(differences);
        live.ifPresent(state -> all.addAll(runDifferences(state, request)));
        String object = "process " + request.agentId();
        Change.Action action =
                live.isEmpty() ? Change.Action.CREATE : all.isEmpty() ? Change.Action.KEEP : Change.Action.UPDATE;
        return new Plan(objects.text(), List.of(new Change(object, action, all)), List.of());
    }

    private List<String> runDifferences(LocalState state, PlanRequest request) {
        List<String> lines = new ArrayList<>();
        if (!java.util.Objects.equals(state.secretVersion(), request.secretVersion())) {
            lines.add("secrets: changed");
        }
        if (state.replicas() != request.run().replicas()) {
            lines.add("replicas: " + state.replicas() + " → " + request.run().replicas());
        }
        if (state.generation() != request.run().generation()) {
            lines.add(
                    "generation: " + state.generation() + " → " + request.run().generation());
        }
        if (lines.isEmpty() && state.replicas() > 0 && agents.process(state).isEmpty()) {
            lines.add("process: ended → running");
        }
        return lines;
    }

    @Override
    public List<String> apply(Release release, Fence fence, WorkContext context) {
        return rollout.apply(release, fence, context);
    }

    @Override
    public Watch watch(Release release, Consumer<Observation> facts) {
        LocalWatch watch = new LocalWatch(release, facts, agents, observer, timer, work);
        watch.begin();
        return watch;
    }

    @Override
    public Observation observe(Release release, WorkContext context) {
        context.check();
        return observer.observe(release);
    }

    @Override
    public void accepted(Release release) {
        rollout.accepted(release);
    }

    @Override
    public List<String> delete(AgentId agentId, Predicate<String> condemned, Fence fence, WorkContext context) {
        return rollout.delete(agentId, condemned, fence, context);
    }

    /** None: the store below the home knows them. */
    @Override
    public List<Found> survey(WorkContext context) {
        return List.of();
    }

    /** Nothing: nobody else changes a process. */
    @Override
    public Watch drift(Consumer<Drift> changes) {
        return () -> {};
    }

    @Override
    public AgentAccess access() {
        return access;
    }

    @Override
    public SecretStore secrets() {
        return agents.secrets();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        work.shutdown();
    }

    AgentFiles files(AgentId agentId) {
        return agents.files(agentId);
    }

    Set<Integer> portsOfOthers(AgentId agentId) {
        return agents.portsOfOthers(agentId);
    }

    private static ThreadFactory threads(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
