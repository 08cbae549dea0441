package io.agentlaunchpad.k8s.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.k8s.manifest.Labels;
import java.util.Set;
import java.util.TreeSet;

/** A live object, as far as applying needs it. */
record Live(JsonNode tree) {

    /** Annotation of the Deployment: what else was applied with it, as {@code apiVersion Kind name} lines. */
    static final String INVENTORY = Labels.PREFIX + "inventory";

    /** Annotation of the Deployment, while a release with further or fewer objects is being applied: those. */
    static final String COMING = Labels.PREFIX + "coming";

    boolean exists() {
        return tree.hasNonNull("metadata");
    }

    boolean belongsTo(String agent) {
        JsonNode labels = tree.path("metadata").path("labels");
        return Labels.LAUNCHPAD.equals(labels.path(Labels.MANAGED_BY).asText())
                && agent.equals(labels.path(Labels.AGENT).asText());
    }

    String annotation(String key) {
        return tree.path("metadata").path("annotations").path(key).asText("");
    }

    String version() {
        return tree.path("metadata").path("resourceVersion").asText();
    }

    String uid() {
        return tree.path("metadata").path("uid").asText();
    }

    long generation() {
        return tree.path("metadata").path("generation").asLong();
    }

    int replicas() {
        return tree.path("spec").path("replicas").asInt();
    }

    /** Everything that may have been applied with it. */
    Set<String> inventory() {
        Set<String> all = new TreeSet<>(lines(INVENTORY));
        all.addAll(lines(COMING));
        return all;
    }

    Set<String> lines(String annotation) {
        Set<String> all = new TreeSet<>();
        annotation(annotation).lines().filter(line -> !line.isBlank()).forEach(all::add);
        return all;
    }
}
