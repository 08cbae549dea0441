package io.agentlaunchpad.spring.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Agents in a Kubernetes cluster; each property calls the method of the same name.
 *
 * @param enabled whether agents run there
 * @param inCluster whether it is the cluster that this process runs in
 * @param context of the kubeconfig; its current one unless set
 * @param kubeconfig another file than that of KUBECONFIG or ~/.kube/config
 * @param namespace where the agents live; that of the context unless set
 * @param createNamespace whether it is made where it is absent
 * @param ephemeral whether the embedded database lives and dies with its pod
 * @param volume of an embedded database
 * @param imagePullSecret secrets of the namespace with which nodes may pull images
 * @param ingressClass of exposed agents
 * @param tlsSecret secret with the certificate of exposed agents
 * @param clusterIssuer of cert-manager, for exposed agents
 * @param issuer of cert-manager, of the namespace, for exposed agents
 * @param withoutNetworkPolicy whether no NetworkPolicy is made
 * @param callableFrom namespaces whose pods may call agents
 * @param apiServers addresses or blocks from which the API server calls pods
 * @param takingOver whether objects and fields are taken over from whoever has them
 * @param waitingForNodes how long a pod may wait for a node that fits
 */
@ConfigurationProperties("launchpad.platform.kubernetes")
record KubernetesProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("false") boolean inCluster,
        @Nullable String context,
        @Nullable Path kubeconfig,
        @Nullable String namespace,
        @DefaultValue("false") boolean createNamespace,
        @DefaultValue("false") boolean ephemeral,
        @Nullable Volume volume,
        @DefaultValue List<String> imagePullSecret,
        @Nullable String ingressClass,
        @Nullable String tlsSecret,
        @Nullable String clusterIssuer,
        @Nullable String issuer,
        @DefaultValue("false") boolean withoutNetworkPolicy,
        @DefaultValue List<String> callableFrom,
        @DefaultValue List<String> apiServers,
        @DefaultValue("false") boolean takingOver,
        @Nullable Duration waitingForNodes) {

    /**
     * A volume.
     *
     * @param storageClass of it
     * @param size room, such as 5GB
     */
    record Volume(String storageClass, DataSize size) {}
}
