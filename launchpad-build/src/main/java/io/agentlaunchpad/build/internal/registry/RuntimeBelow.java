package io.agentlaunchpad.build.internal.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.artifact.ImageRef;
import java.util.Optional;

/**
 * The runtime image that an agent's image stands on. It lies beside the agent's, in {@code …/runtime}: an image tells the
 * digest alone, because where it was pushed to is no part of it.
 */
public final class RuntimeBelow {

    private static final String DIGEST = "io.agentlaunchpad.runtime.digest";
    private static final String NAME = "runtime";

    private RuntimeBelow() {}

    /** What the configuration of an agent's image says; nothing where it says nothing, or nonsense. */
    public static Optional<ImageRef> of(ImageRef agent, JsonNode config) {
        String digest = config.path("config").path("Labels").path(DIGEST).asText();
        String beside = agent.repository().substring(0, agent.repository().lastIndexOf('/') + 1) + NAME;
        try {
            return digest.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ImageRef(agent.registry(), beside, null, digest));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
