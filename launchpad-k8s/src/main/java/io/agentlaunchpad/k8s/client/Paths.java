package io.agentlaunchpad.k8s.client;

import java.util.List;
import java.util.Map;

/** Where the objects that Launchpad makes stand in the API. */
public final class Paths {

    private static final Map<String, String> PLURALS = Map.ofEntries(
            Map.entry("Namespace", "namespaces"),
            Map.entry("ServiceAccount", "serviceaccounts"),
            Map.entry("Secret", "secrets"),
            Map.entry("ConfigMap", "configmaps"),
            Map.entry("PersistentVolumeClaim", "persistentvolumeclaims"),
            Map.entry("Pod", "pods"),
            Map.entry("Event", "events"),
            Map.entry("Service", "services"),
            Map.entry("Deployment", "deployments"),
            Map.entry("ReplicaSet", "replicasets"),
            Map.entry("Ingress", "ingresses"),
            Map.entry("NetworkPolicy", "networkpolicies"),
            Map.entry("PodDisruptionBudget", "poddisruptionbudgets"),
            Map.entry("PodMonitor", "podmonitors"));

    /** What every agent may have, in the order of removal. */
    public static final List<Kind> KINDS = List.of(
            new Kind("apps/v1", "Deployment"),
            new Kind("networking.k8s.io/v1", "Ingress"),
            new Kind("v1", "Service"),
            new Kind("networking.k8s.io/v1", "NetworkPolicy"),
            new Kind("v1", "ServiceAccount"),
            new Kind("v1", "PersistentVolumeClaim"),
            new Kind("v1", "Secret"));

    private Paths() {}

    /** A kind of object. */
    public record Kind(String apiVersion, String kind) {}

    /** All objects of a kind in a namespace. */
    public static String of(String namespace, String apiVersion, String kind) {
        String root = apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
        String plural = PLURALS.getOrDefault(kind, kind.toLowerCase(java.util.Locale.ROOT) + "s");
        return kind.equals("Namespace") ? root + "/namespaces" : root + "/namespaces/" + namespace + "/" + plural;
    }

    /** One object. */
    public static String of(String namespace, String apiVersion, String kind, String name) {
        return of(namespace, apiVersion, kind) + "/" + name;
    }
}
