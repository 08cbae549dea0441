package io.agentlaunchpad.spi;

/**
 * Brings notices to people or systems. Called from the outbox, at least once per notice; the notice's id lets a receiver
 * drop a second one. Safe for concurrent use.
 */
public interface Notifier {

    /** Its name, stable: the outbox keeps one entry per notice and notifier. */
    String name();

    /**
     * Delivers, or throws; a retryable exception is tried again later.
     */
    void deliver(Notice notice, WorkContext context);
}
