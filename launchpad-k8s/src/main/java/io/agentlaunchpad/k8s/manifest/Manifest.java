package io.agentlaunchpad.k8s.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One Kubernetes object.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param kind such as {@code Deployment}
 * @param name in its namespace
 * @param tree all of it; treat it as immutable
 */
public record Manifest(String apiVersion, String kind, String name, ObjectNode tree) {

    /** Reads kind and name out of the tree. */
    public static Manifest of(ObjectNode tree) {
        return new Manifest(
                tree.path("apiVersion").asText(),
                tree.path("kind").asText(),
                tree.path("metadata").path("name").asText(),
                tree);
    }

    /**
     * Whether other agents use it too. A shared object is made where it is absent and never changed, pruned or deleted
     * for one agent's sake.
     */
    public boolean shared() {
        return kind.equals("Namespace");
    }

    /** Whether it makes pods, and so is applied last. */
    public boolean workload() {
        return kind.equals("Deployment");
    }

    /** The agent's container in a pod's spec; a missing node where there is none. */
    public static JsonNode container(JsonNode podSpec) {
        for (JsonNode each : podSpec.path("containers")) {
            if (each.path("name").asText().equals(Names.CONTAINER)) {
                return each;
            }
        }
        return MissingNode.getInstance();
    }

    /** Kind and name, as people write them: {@code Deployment/ada-1f8e0c2a77}. */
    @Override
    public String toString() {
        return kind + "/" + name;
    }
}
