package io.agentlaunchpad.event;

/**
 * Hears what happens in this process, after it was stored. Called on worker threads, one event of an agent after the
 * other; be quick. What it throws is logged and breaks nothing.
 */
public interface LaunchpadListener {

    /** Something happened. */
    void on(AgentEvent event);

    /** A long step moved on. Sampled: some progress is never told. */
    default void on(Progress progress) {}

    /** A scanner has spoken. */
    default void on(Scanned scanned) {}
}
