package io.agentlaunchpad.k8s.preflight;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A right that Launchpad uses in the namespace of its agents. {@code docs/rbac.yaml} grants exactly these.
 *
 * @param group of the API, empty for the core
 * @param resource such as {@code pods/log}
 * @param verbs all of them
 * @param without what is lost without it; null where nothing works without it
 */
record Right(
        String group,
        String resource,
        List<String> verbs,
        @Nullable String without) {

    private static final List<String> ALL = List.of("get", "list", "watch", "create", "patch", "delete");

    /** For every agent. */
    static final List<Right> ALWAYS = List.of(
            new Right("", "namespaces", List.of("get"), null),
            new Right("", "serviceaccounts", ALL, null),
            new Right("", "services", ALL, null),
            new Right("", "persistentvolumeclaims", ALL, null),
            new Right("", "secrets", List.of("get", "list", "create", "patch", "delete"), null),
            new Right("apps", "deployments", ALL, null),
            new Right("networking.k8s.io", "networkpolicies", ALL, null),
            // For agents that are not exposed too: one may have been, and what it left is looked for.
            new Right("networking.k8s.io", "ingresses", ALL, null),
            new Right("", "pods", List.of("get", "list", "watch"), null),
            new Right("", "events", List.of("list", "watch"), null),
            new Right(
                    "",
                    "pods",
                    List.of("create", "delete"),
                    "admission and image cannot be tried before the old pod of an agent is stopped"),
            new Right("", "pods/log", List.of("get"), "there are no logs"),
            new Right(
                    "",
                    "pods/proxy",
                    List.of("get", "create"),
                    "there is no chat and no readiness detail through the API server"),
            new Right("", "resourcequotas", List.of("list"), "quotas are not checked beforehand"));

    /** Where the Prometheus operator is installed. */
    static final Right POD_MONITOR = new Right("monitoring.coreos.com", "podmonitors", ALL, null);

    /** Where metrics-server is installed; without it, or without the right, the use of memory and CPU is not told. */
    static final Right METRICS = new Right("metrics.k8s.io", "pods", List.of("get", "list"), null);

    /** As {@code kubectl auth can-i} takes it. */
    String name() {
        int slash = resource.indexOf('/');
        if (group.isEmpty()) {
            return resource;
        }
        return slash < 0
                ? resource + "." + group
                : resource.substring(0, slash) + "." + group + resource.substring(slash);
    }
}
