package io.agentlaunchpad.testbed;

/**
 * A language model that pods can reach.
 *
 * @param url base URL of its OpenAI-compatible API, ending in {@code /v1}; from inside the cluster
 */
public record Model(String url) implements AutoCloseable {

    @Override
    public void close() {
        // Shared by all tests and kept.
    }
}
