package io.agentlaunchpad.k8s.manifest;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.JsonValue;
import java.util.List;
import java.util.function.BiFunction;
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
        return new ManifestSettings(
                other,
                createNamespace,
                ephemeral,
                storageClass,
                volumeBytes,
                imagePullSecrets,
                ingressClass,
                tls,
                networkPolicy,
                callers,
                apiServers,
                customizers);
    }

    public ManifestSettings createNamespace(boolean make) {
        return new ManifestSettings(
                namespace,
                make,
                ephemeral,
                storageClass,
                volumeBytes,
                imagePullSecrets,
                ingressClass,
                tls,
                networkPolicy,
                callers,
                apiServers,
                customizers);
    }

    public ManifestSettings ephemeral(boolean gone) {
        return new ManifestSettings(
                namespace,
                createNamespace,
                gone,
                storageClass,
                volumeBytes,
                imagePullSecrets,
                ingressClass,
                tls,
                networkPolicy,
                callers,
                apiServers,
                customizers);
    }

    public ManifestSettings volume(@Nullable String ofClass, long bytes) {
        return new ManifestSettings(
                namespace,
                createNamespace,
                ephemeral,
                ofClass,
                bytes,
                imagePullSecrets,
                ingressClass,
                tls,
                networkPolicy,
                callers,
                apiServers,
                customizers);
    }

    public ManifestSettings imagePullSecrets(List<String> names) {
        return new ManifestSettings(
                namespace,
                createNamespace,
                ephemeral,
                storageClass,
                volumeBytes,
                names,
                ingressClass,
                tls,
                networkPolicy,
                callers,
                apiServers,
                customizers);
    }

    public ManifestSettings ingress(@Nullable String ofClass, Tls with) {
        return new ManifestSettings(
                namespace,
                createNamespace,
                ephemeral,
                storageClass,
                volumeBytes,
                imagePullSecrets,
                ofClass,
                with,
                networkPolicy,
                callers,
                apiServers,
                customizers);
    }

    public ManifestSettings networkPolicy(boolean wanted) {
        return new ManifestSettings(
                namespace,
                createNamespace,
                ephemeral,
                storageClass,
                volumeBytes,
                imagePullSecrets,
                ingressClass,
                tls,
                wanted,
                callers,
                apiServers,
                customizers);
    }

    public ManifestSettings callers(List<String> namespaces) {
        return new ManifestSettings(
                namespace,
                createNamespace,
                ephemeral,
                storageClass,
                volumeBytes,
                imagePullSecrets,
                ingressClass,
                tls,
                networkPolicy,
                namespaces,
                apiServers,
                customizers);
    }

    public ManifestSettings apiServers(List<String> addresses) {
        return new ManifestSettings(
                namespace,
                createNamespace,
                ephemeral,
                storageClass,
                volumeBytes,
                imagePullSecrets,
                ingressClass,
                tls,
                networkPolicy,
                callers,
                addresses,
                customizers);
    }

    public ManifestSettings customizers(List<BiFunction<AgentSpec, JsonValue.Obj, JsonValue.Obj>> all) {
        return new ManifestSettings(
                namespace,
                createNamespace,
                ephemeral,
                storageClass,
                volumeBytes,
                imagePullSecrets,
                ingressClass,
                tls,
                networkPolicy,
                callers,
                apiServers,
                all);
    }
}
