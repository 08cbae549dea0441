package io.agentlaunchpad.k8s.manifest;

import java.util.ArrayList;
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

    /** What a person should know of a cluster, once and not with each agent. */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (!podMonitors) {
            remarks.add(
                    "The cluster has no Prometheus operator: pods carry prometheus.io annotations, and no PodMonitor is"
                            + " made.");
        }
        if (policies != Enforced.YES) {
            remarks.add("No sign that this cluster enforces NetworkPolicies was found.");
        }
        if (apiServers.isEmpty()) {
            remarks.add("The API server's addresses are not known, so NetworkPolicies cannot let it in.");
        }
        return List.copyOf(remarks);
    }

    /** Whether NetworkPolicies have an effect; Kubernetes itself cannot tell, so this is a guess by what is installed. */
    public enum Enforced {
        YES,
        NO,
        UNKNOWN
    }
}
