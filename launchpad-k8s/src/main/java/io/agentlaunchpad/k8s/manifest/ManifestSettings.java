package io.agentlaunchpad.k8s.manifest;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.JsonValue;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a platform wants the objects of all its agents.
 *
 * @param namespace where they live
 * @param createNamespace whether to make the namespace where it is absent, with Pod Security {@code restricted}
 * @param ephemeral whether the embedded database lives and dies with its pod
 * @param storageClass of the volume, or null for the cluster's default
 * @param volumeBytes size of the volume, bytes
 * @param imagePullSecrets names of Secrets in the namespace
 * @param ingressClass for exposed agents, or null for the cluster's default
 * @param tls of exposed agents
 * @param networkPolicy whether agents get a NetworkPolicy
 * @param callers namespaces whose pods may call agents: that of the ingress controller, of Prometheus, of clients
 * @param apiServers addresses or blocks from which the API server reaches pods; empty to use what the cluster says
 * @param customizers run in this order
 */
public record ManifestSettings(
        String namespace,
        boolean createNamespace,
        boolean ephemeral,
        @Nullable String storageClass,
        long volumeBytes,
        List<String> imagePullSecrets,
        @Nullable String ingressClass,
        Tls tls,
        boolean networkPolicy,
        List<String> callers,
        List<String> apiServers,
        List<BiFunction<AgentSpec, JsonValue.Obj, JsonValue.Obj>> customizers) {

    /** 1Gi. */
    public static final long USUAL_VOLUME = 1L << 30;

    public ManifestSettings {
        imagePullSecrets = List.copyOf(imagePullSecrets);
        callers = callers.stream().sorted().distinct().toList();
        apiServers = apiServers.stream().sorted().distinct().toList();
        customizers = List.copyOf(customizers);
    }

    /** The usual: a volume of 1Gi of the default class, a NetworkPolicy, nothing else. */
    public static ManifestSettings in(String namespace) {
        return new ManifestSettings(
                namespace,
                false,
                false,
                null,
                USUAL_VOLUME,
                List.of(),
                null,
                new Tls.None(),
                true,
                List.of(),
                List.of(),
                List.of());
    }

    /** The same for another namespace. */
    public ManifestSettings inNamespace(String other) {
        return with(draft -> draft.namespace = other);
    }

    public ManifestSettings createNamespace(boolean make) {
        return with(draft -> draft.createNamespace = make);
    }

    public ManifestSettings ephemeral(boolean gone) {
        return with(draft -> draft.ephemeral = gone);
    }

    public ManifestSettings volume(@Nullable String ofClass, long bytes) {
        return with(draft -> {
            draft.storageClass = ofClass;
            draft.volumeBytes = bytes;
        });
    }

    public ManifestSettings imagePullSecrets(List<String> names) {
        return with(draft -> draft.imagePullSecrets = names);
    }

    public ManifestSettings ingress(@Nullable String ofClass, Tls with) {
        return with(draft -> {
            draft.ingressClass = ofClass;
            draft.tls = with;
        });
    }

    public ManifestSettings networkPolicy(boolean wanted) {
        return with(draft -> draft.networkPolicy = wanted);
    }

    public ManifestSettings callers(List<String> namespaces) {
        return with(draft -> draft.callers = namespaces);
    }

    public ManifestSettings apiServers(List<String> addresses) {
        return with(draft -> draft.apiServers = addresses);
    }

    public ManifestSettings customizers(List<BiFunction<AgentSpec, JsonValue.Obj, JsonValue.Obj>> all) {
        return with(draft -> draft.customizers = all);
    }

    private ManifestSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new ManifestSettings(
                draft.namespace,
                draft.createNamespace,
                draft.ephemeral,
                draft.storageClass,
                draft.volumeBytes,
                draft.imagePullSecrets,
                draft.ingressClass,
                draft.tls,
                draft.networkPolicy,
                draft.callers,
                draft.apiServers,
                draft.customizers);
    }

    /** The same, to be changed. */
    private static final class Draft {
        private String namespace;
        private boolean createNamespace;
        private boolean ephemeral;
        private @Nullable String storageClass;
        private long volumeBytes;
        private List<String> imagePullSecrets;
        private @Nullable String ingressClass;
        private Tls tls;
        private boolean networkPolicy;
        private List<String> callers;
        private List<String> apiServers;
        private List<BiFunction<AgentSpec, JsonValue.Obj, JsonValue.Obj>> customizers;

        Draft(ManifestSettings from) {
            namespace = from.namespace;
            createNamespace = from.createNamespace;
            ephemeral = from.ephemeral;
            storageClass = from.storageClass;
            volumeBytes = from.volumeBytes;
            imagePullSecrets = from.imagePullSecrets;
            ingressClass = from.ingressClass;
            tls = from.tls;
            networkPolicy = from.networkPolicy;
            callers = from.callers;
            apiServers = from.apiServers;
            customizers = from.customizers;
        }
    }
}
