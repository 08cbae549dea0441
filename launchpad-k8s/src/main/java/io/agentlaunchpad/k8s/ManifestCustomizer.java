package io.agentlaunchpad.k8s;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.JsonValue;

/**
 * Adjusts the objects of an agent before they are compared or applied: a node selector, a label of the house, a sidecar.
 *
 * <pre>{@code
 * ManifestCustomizer costCentre = (agent, object) -> {
 *     var members = new LinkedHashMap<>(object.members());
 *     // … change and return
 *     return new JsonValue.Obj(members);
 * };
 * }</pre>
 *
 * <p>Laws: the same agent and object give the same result, or every launch is a change; no secret value is put in. Kind,
 * name, namespace, selectors, replicas, the name of the agent's container, the update strategy of an agent that must not
 * run twice, and the labels and annotations that Launchpad set stay as they are: a customizer that changes them is refused, with the path, before
 * anything is applied. It may be called by several threads.
 */
@FunctionalInterface
public interface ManifestCustomizer {

    /**
     * The object as it shall be.
     *
     * @param agent whose
     * @param manifest one Kubernetes object, as its YAML would say it
     */
    JsonValue.Obj customize(AgentSpec agent, JsonValue.Obj manifest);
}
