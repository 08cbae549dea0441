package io.agentlaunchpad.k8s.manifest;

import java.util.List;

/**
 * What rendering depends on besides the request: facts of a cluster, found out by the preflight.
 *
 * @param version {@code 1.34.4}, as the server says it; empty where it is not known
 * @param podMonitors whether the kind PodMonitor of the Prometheus operator exists
 * @param certManager whether the kinds of cert-manager exist
 * @param apiServers addresses from which the API server reaches pods; empty where they are not known
 * @param policies whether somebody enforces NetworkPolicies
 */
public record ClusterFacts(
        String version, boolean podMonitors, boolean certManager, List<String> apiServers, Enforced policies) {

    public ClusterFacts {
        apiServers = apiServers.stream().sorted().distinct().toList();
    }

    /** Nothing is known. */
    public static ClusterFacts unknown() {
        return new ClusterFacts("", false, false, List.of(), Enforced.UNKNOWN);
    }

    /** Whether NetworkPolicies have an effect; Kubernetes itself cannot tell, so this is a guess by what is installed. */
    public enum Enforced {
        YES,
        NO,
        UNKNOWN
    }
}
