package io.agentlaunchpad.k8s;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.k8s.apply.Applier;
import io.agentlaunchpad.k8s.apply.Planner;
import io.agentlaunchpad.k8s.apply.Rehearsal;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Connection;
import io.agentlaunchpad.k8s.client.Errand;
import io.agentlaunchpad.k8s.manifest.AgentObjects;
import io.agentlaunchpad.k8s.manifest.ManifestSettings;
import io.agentlaunchpad.k8s.manifest.Manifests;
import io.agentlaunchpad.k8s.operate.DriftWatch;
import io.agentlaunchpad.k8s.operate.KubernetesSecrets;
import io.agentlaunchpad.k8s.operate.PodInsight;
import io.agentlaunchpad.k8s.operate.PodLogs;
import io.agentlaunchpad.k8s.operate.PodRoad;
import io.agentlaunchpad.k8s.operate.Records;
import io.agentlaunchpad.k8s.operate.Removal;
import io.agentlaunchpad.k8s.operate.ResourceMeter;
import io.agentlaunchpad.k8s.preflight.Preflight;
import io.agentlaunchpad.k8s.rollout.AgentWatch;
import io.agentlaunchpad.k8s.rollout.Expected;
import io.agentlaunchpad.k8s.rollout.Informers;
import io.agentlaunchpad.k8s.rollout.Insight;
import io.agentlaunchpad.k8s.rollout.Observer;
import io.agentlaunchpad.release.Change;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Fence;
import io.agentlaunchpad.spi.Platform.Drift;
import io.agentlaunchpad.spi.Platform.Found;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import io.agentlaunchpad.spi.Platform.Rendering;
import io.agentlaunchpad.spi.Platform.Watch;
import io.agentlaunchpad.spi.WorkContext;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** An open platform: its connection and everything that works over it. */
final class Rooms implements AutoCloseable {

    private static final int LOOKS_AT_ONCE = 32;
    private static final Applier.Applied NOTHING = new Applier.Applied("", 0, List.of());

    private final KubernetesClient client;
    private final Api api;
    private final ManifestSettings settings;
    private final Duration waitForNodes;
    private final Informers informers;
    private final KubernetesSecrets secrets;
    private final Records records;
    private final PodRoad road;
    private final Insight insight;
    private final Applier applier;
    private final Planner planner;
    private final Observer observer;
    private final Removal removal;
    private final Preflight preflight;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(threads("launchpad-k8s-timer"));
    private final ExecutorService work = looking();

    /** What was last applied from here, by agent: what is older is not the answer to it. */
    private final Map<AgentId, Applier.Applied> applied = new ConcurrentHashMap<>();

    Rooms(Connection connection, ManifestSettings settings, boolean takingOver, Duration waitForNodes) {
        this.client = connection.open();
        this.api = new Api(client);
        this.settings = settings;
        this.waitForNodes = waitForNodes;
        String namespace = settings.namespace();
        this.informers = new Informers(client, namespace);
        this.secrets = new KubernetesSecrets(api, namespace, this::makeNamespace);
        this.records = new Records(api, namespace);
        PodLogs logs = new PodLogs(api, namespace, informers);
        this.road = new PodRoad(api, namespace, secrets, logs, informers);
        this.insight = new PodInsight(road, logs, new ResourceMeter(api, namespace));
        this.applier = new Applier(api, namespace, takingOver, new Rehearsal(api, namespace, informers));
        this.planner = new Planner(api, namespace, takingOver);
        this.observer = new Observer(api, namespace, insight);
        this.removal = new Removal(api, namespace);
        this.preflight = new Preflight(api);
    }

    List<String> check(WorkContext context) {
        return preflight.facts(context).remarks();
    }

    List<String> preflight(AgentId agentId, AgentSpec spec, WorkContext context) {
        return preflight.check(agentId, spec, settings, context);
    }

    Rendering render(PlanRequest request, WorkContext context) {
        context.check();
        var rendering = AgentObjects.render(request, settings, preflight.facts(context));
        return new Rendering(Manifests.write(rendering.manifests()), rendering.warnings());
    }

    Plan plan(PlanRequest request, WorkContext context) {
        Rendering rendering = render(request, context);
        List<String> warnings = new ArrayList<>(rendering.warnings());
        List<Change> changes = planner.changes(Manifests.read(rendering.objects()), warnings, context);
        return new Plan(rendering.objects(), changes, warnings);
    }

    List<String> apply(Release release, Fence fence, WorkContext context) {
        Applier.Applied now = applier.apply(release, fence, context);
        applied.put(release.agentId(), now);
        return now.warnings();
    }

    Watch watch(Release release, Consumer<Observation> facts) {
        return new AgentWatch(release, expected(release), facts, informers, insight, timer, work);
    }

    Observation observe(Release release, WorkContext context) {
        return observer.observe(release, expected(release), context);
    }

    private Expected expected(Release release) {
        Applier.Applied last = applied.getOrDefault(release.agentId(), NOTHING);
        return Expected.of(release, last.uid(), last.generation(), waitForNodes);
    }

    void accepted(Release release) {
        records.write(release);
    }

    List<String> delete(AgentId agentId, Predicate<String> condemned, Fence fence, WorkContext context) {
        List<String> left = removal.delete(agentId, condemned, fence, context);
        applied.remove(agentId);
        return left;
    }

    List<Found> survey(WorkContext context) {
        return records.survey(context);
    }

    Watch drift(Consumer<Drift> changes) {
        ScheduledExecutorService inTurn = Executors.newSingleThreadScheduledExecutor(threads("launchpad-k8s-drift"));
        DriftWatch watch = new DriftWatch(client, settings.namespace(), changes, inTurn);
        return () -> {
            watch.close();
            inTurn.shutdownNow();
        };
    }

    PodRoad access() {
        return road;
    }

    KubernetesSecrets secrets() {
        return secrets;
    }

    private void makeNamespace() {
        if (settings.createNamespace()) {
            applier.makeShared(AgentObjects.namespace(settings), () -> {}, Errand.within(Duration.ofSeconds(90)));
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        informers.close();
        work.shutdown();
        client.close();
    }

    /** Looks at agents take turns: with a thread for each, those of thousands of agents would not fit. */
    private static ExecutorService looking() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                LOOKS_AT_ONCE,
                LOOKS_AT_ONCE,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads("launchpad-k8s"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory threads(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
