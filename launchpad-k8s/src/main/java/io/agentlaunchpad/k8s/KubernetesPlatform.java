package io.agentlaunchpad.k8s;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.k8s.client.Connection;
import io.agentlaunchpad.k8s.manifest.ManifestSettings;
import io.agentlaunchpad.k8s.manifest.Tls;
import io.agentlaunchpad.release.Plan;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess;
import io.agentlaunchpad.spi.Fence;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.SecretStore;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Agents as Deployments in one namespace of a Kubernetes cluster.
 *
 * <pre>{@code
 * KubernetesPlatform.context("prod-eu").namespace("agents")
 * }</pre>
 *
 * <p>Settings are immutable: each method gives another platform. Nothing is asked outside before the first use. One
 * connection pool, one list and one watch per kind serve all agents of a platform. Safe for use by many threads.
 */
public final class KubernetesPlatform implements Platform {

    private final Connection connection;
    private final @Nullable ManifestSettings manifests;
    private final boolean takingOver;
    private final Duration waitForNodes;

    private @Nullable Rooms rooms;
    private boolean closed;

    private KubernetesPlatform(
            Connection connection, @Nullable ManifestSettings manifests, boolean takingOver, Duration waitForNodes) {
        this.connection = connection;
        this.manifests = manifests;
        this.takingOver = takingOver;
        this.waitForNodes = waitForNodes;
    }

    /** The cluster of a kubeconfig's context. The file is that of the variable KUBECONFIG, else {@code ~/.kube/config}. */
    public static KubernetesPlatform context(String name) {
        return new KubernetesPlatform(new Connection(null, name, false), null, false, Duration.ZERO);
    }

    /** The cluster of the kubeconfig's current context. */
    public static KubernetesPlatform currentContext() {
        return new KubernetesPlatform(new Connection(null, null, false), null, false, Duration.ZERO);
    }

    /** The cluster that this process itself runs in, by its pod's service account. */
    public static KubernetesPlatform inCluster() {
        return new KubernetesPlatform(new Connection(null, null, true), null, false, Duration.ZERO);
    }

    /** Another kubeconfig file. */
    public KubernetesPlatform kubeconfig(Path file) {
        Connection other = new Connection(file.toAbsolutePath(), connection.context(), false);
        return new KubernetesPlatform(other, manifests, takingOver, waitForNodes);
    }

    /** Where the agents live; otherwise the namespace of the context. */
    public KubernetesPlatform namespace(String name) {
        return with(settings -> settings.inNamespace(name));
    }

    /** Makes the namespace where it is absent, with Pod Security {@code restricted}. */
    public KubernetesPlatform createNamespace() {
        return with(settings -> settings.createNamespace(true));
    }

    /** Keeps no volume for the embedded database: it lives and dies with its pod. */
    public KubernetesPlatform ephemeral() {
        return with(settings -> settings.ephemeral(true));
    }

    /**
     * The volume of an embedded database.
     *
     * @param storageClass of it
     * @param bytes of room
     */
    public KubernetesPlatform volume(String storageClass, long bytes) {
        return with(settings -> settings.volume(storageClass, bytes));
    }

    /** Secrets of the namespace with which nodes may pull images. */
    public KubernetesPlatform imagePullSecret(String... names) {
        return with(settings -> settings.imagePullSecrets(List.of(names)));
    }

    /** The ingress class of exposed agents, over plain HTTP or with what the controller has. */
    public KubernetesPlatform ingressClass(String name) {
        return with(settings -> settings.ingress(name, settings.tls()));
    }

    /** The Secret with the certificate of exposed agents. */
    public KubernetesPlatform tlsSecret(String name) {
        return with(settings -> settings.ingress(settings.ingressClass(), new Tls.InSecret(name)));
    }

    /** cert-manager's ClusterIssuer for exposed agents. */
    public KubernetesPlatform clusterIssuer(String name) {
        return with(settings -> settings.ingress(settings.ingressClass(), new Tls.ByClusterIssuer(name)));
    }

    /** cert-manager's Issuer, of the namespace, for exposed agents. */
    public KubernetesPlatform issuer(String name) {
        return with(settings -> settings.ingress(settings.ingressClass(), new Tls.ByIssuer(name)));
    }

    /** Makes no NetworkPolicy. */
    public KubernetesPlatform withoutNetworkPolicy() {
        return with(settings -> settings.networkPolicy(false));
    }

    /** Namespaces whose pods may call agents: that of the ingress controller, of Prometheus, of clients. */
    public KubernetesPlatform callableFrom(String... namespaces) {
        return with(settings -> settings.callers(List.of(namespaces)));
    }

    /** Addresses or blocks from which the API server calls pods, where this account may not look them up. */
    public KubernetesPlatform apiServers(String... addresses) {
        return with(settings -> settings.apiServers(List.of(addresses)));
    }

    /** Adjusts every object; several run in their order. */
    public KubernetesPlatform customizing(ManifestCustomizer customizer) {
        return with(settings -> {
            var all = new ArrayList<>(settings.customizers());
            all.add(customizer::customize);
            return settings.customizers(all);
        });
    }

    /** Takes objects and fields over from whoever has them, instead of reporting a conflict. */
    public KubernetesPlatform takingOver() {
        return new KubernetesPlatform(connection, manifests, true, waitForNodes);
    }

    /** How long a pod may wait for a node that fits, in a cluster whose nodes come when they are needed. At once without. */
    public KubernetesPlatform waitingForNodes(Duration patience) {
        return new KubernetesPlatform(connection, manifests, takingOver, patience);
    }

    /**
     * The context that it stands for, by name, as the kubeconfig says now; empty for the cluster that this process runs
     * in. Whoever stores it finds this cluster again when another context is the current one.
     */
    public String contextName() {
        return connection.contextName();
    }

    /** Where the agents live: as set, or as the context says now. */
    public String namespaceName() {
        return manifests == null || manifests.namespace().isEmpty() ? connection.namespace() : manifests.namespace();
    }

    private KubernetesPlatform with(UnaryOperator<ManifestSettings> change) {
        ManifestSettings before = manifests == null ? ManifestSettings.in("") : manifests;
        return new KubernetesPlatform(connection, change.apply(before), takingOver, waitForNodes);
    }

    private synchronized Rooms rooms() {
        if (closed) {
            throw new IllegalStateException("This platform is closed");
        }
        if (rooms == null) {
            ManifestSettings settings = manifests == null ? ManifestSettings.in("") : manifests;
            ManifestSettings placed =
                    settings.namespace().isEmpty() ? settings.inNamespace(connection.namespace()) : settings;
            rooms = new Rooms(connection, placed, takingOver, waitForNodes);
        }
        return rooms;
    }

    @Override
    public Set<Artifact.Kind> runs() {
        return Set.of(Artifact.Kind.IMAGE);
    }

    @Override
    public List<String> check(WorkContext context) {
        return rooms().check(context);
    }

    @Override
    public List<String> preflight(AgentId agentId, AgentSpec spec, WorkContext context) {
        return rooms().preflight(agentId, spec, context);
    }

    @Override
    public Rendering render(PlanRequest request, WorkContext context) {
        return rooms().render(request, context);
    }

    @Override
    public Plan plan(PlanRequest request, WorkContext context) {
        return rooms().plan(request, context);
    }

    @Override
    public List<String> apply(Release release, Fence fence, WorkContext context) {
        return rooms().apply(release, fence, context);
    }

    @Override
    public Watch watch(Release release, Consumer<Observation> facts) {
        return rooms().watch(release, facts);
    }

    @Override
    public Observation observe(Release release, WorkContext context) {
        return rooms().observe(release, context);
    }

    @Override
    public void accepted(Release release) {
        rooms().accepted(release);
    }

    @Override
    public List<String> delete(AgentId agentId, Predicate<String> condemned, Fence fence, WorkContext context) {
        return rooms().delete(agentId, condemned, fence, context);
    }

    @Override
    public List<Found> survey(WorkContext context) {
        return rooms().survey(context);
    }

    @Override
    public Watch drift(Consumer<Drift> changes) {
        return rooms().drift(changes);
    }

    @Override
    public AgentAccess access() {
        return rooms().access();
    }

    @Override
    public SecretStore secrets() {
        return rooms().secrets();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (rooms != null) {
            rooms.close();
            rooms = null;
        }
    }
}
