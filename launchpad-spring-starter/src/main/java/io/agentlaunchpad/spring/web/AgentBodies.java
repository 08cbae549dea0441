package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentPayload;
import io.agentlaunchpad.agent.LimitPolicy;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.PluginCatalog;
import io.agentlaunchpad.error.InvalidAgentException;
import io.agentlaunchpad.error.Problem;
import io.agentlaunchpad.spring.security.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads agent configurations by the core's own parser, within this installation's limits. */
final class AgentBodies {

    private final LimitPolicy limits;
    private final PluginCatalog plugins;

    AgentBodies(LimitPolicy limits, PluginCatalog plugins) {
        this.limits = limits;
        this.plugins = plugins;
    }

    AgentPayload read(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            throw new Refusal(
                    400, "MALFORMED_BODY", "The request has no body.", "send an agent configuration as JSON.");
        }
        return AgentPayload.parse(body, limits, plugins);
    }

    /** For an agent that exists: its name cannot change. */
    AgentPayload read(byte @Nullable [] body, AgentId id, Owner owner) {
        AgentPayload payload = read(body);
        if (!AgentId.of(owner, payload.spec().name()).equals(id)) {
            throw new InvalidAgentException(List.of(new Problem(
                    "$.agentName",
                    "The name \"" + payload.spec().name() + "\" is not the name of " + id + ".",
                    "keep the agent's name, or create another agent.")));
        }
        return payload;
    }

    /** A configuration whose only fault is that it asks for too much has a code of its own. */
    static String code(InvalidAgentException invalid) {
        boolean tooMuch = invalid.problems().stream()
                .allMatch(problem -> problem.path().startsWith("$.resources.")
                        && problem.problem().startsWith("The resource limit is exceeded"));
        return tooMuch ? "RESOURCE_LIMIT_EXCEEDED" : invalid.code();
    }
}
