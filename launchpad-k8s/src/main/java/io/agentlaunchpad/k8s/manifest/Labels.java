package io.agentlaunchpad.k8s.manifest;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How Launchpad marks what is its own. Labels after kubernetes.io, "Recommended Labels"; what is below {@value #PREFIX} is
 * ours alone.
 */
public final class Labels {

    /** Of every label and annotation that is not a recommended one. */
    public static final String PREFIX = "agentlaunchpad.io/";

    public static final String NAME = "app.kubernetes.io/name";
    public static final String INSTANCE = "app.kubernetes.io/instance";
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** Value of {@link #MANAGED_BY}, and our name as a field manager. */
    public static final String LAUNCHPAD = "launchpad";

    /** Label: the agent's id. Pods are selected by it. */
    public static final String AGENT = PREFIX + "agent";

    /** Label of a release record: its number. Annotation of the Deployment: the number of the release that runs. */
    public static final String REVISION = PREFIX + "revision";

    /** Annotation: the owner's id. */
    public static final String OWNER = PREFIX + "owner";

    /** Annotation: the agent's name as its owner wrote it. */
    public static final String AGENT_NAME = PREFIX + "agent-name";

    /** Annotation of pods: the hash of the template they were made from. */
    public static final String TEMPLATE = PREFIX + "template";

    /** Annotation of pods: {@code Release.Run.generation}; a restart is another number. */
    public static final String GENERATION = PREFIX + "generation";

    /** Annotation of the Deployment, set when it is applied: the hash of the release's objects. */
    public static final String OBJECTS = PREFIX + "objects";

    /** Annotation of the Deployment, set when it is applied: the fence it was applied under. */
    public static final String FENCE = PREFIX + "fence";

    private Labels() {}

    /** The labels of every object of an agent. */
    public static Map<String, String> of(AgentId agentId) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(NAME, "elizaos-agent");
        labels.put(INSTANCE, agentId.value());
        labels.put(MANAGED_BY, LAUNCHPAD);
        labels.put(AGENT, agentId.value());
        return Collections.unmodifiableMap(labels);
    }

    /** The annotations of every object of an agent. */
    public static Map<String, String> annotations(Owner owner, AgentSpec spec) {
        return Map.of(OWNER, owner.id(), AGENT_NAME, spec.name());
    }

    /** The selector of everything that is an agent's own. */
    public static String selector(AgentId agentId) {
        return AGENT + "=" + agentId.value() + "," + MANAGED_BY + "=" + LAUNCHPAD;
    }

    /** Whether a label or annotation is one that only Launchpad sets. */
    static boolean ours(String key) {
        return key.startsWith(PREFIX) || key.equals(NAME) || key.equals(INSTANCE) || key.equals(MANAGED_BY);
    }
}
