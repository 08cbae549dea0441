package io.agentlaunchpad.samples.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ctrl-C as a request instead of an end: the command hears it, takes back or stops what it must, and says with which code
 * the process ends.
 */
final class Interruption {

    /** Longer than taking back may take; after that the process ends whatever is left. */
    private static final long PATIENCE_SECONDS = 360;

    private static final CompletableFuture<Integer> CODE = new CompletableFuture<>();
    private static volatile Runnable heardBy = () -> {};
    private static volatile boolean asked;
    private static volatile boolean listening;

    private Interruption() {}

    /** From now on an interrupt runs the action, and the process ends when the command does. */
    static synchronized void heardBy(Runnable action) {
        heardBy = action;
        if (!listening) {
            listening = true;
            Runtime.getRuntime().addShutdownHook(new Thread(Interruption::shutdown, "launchpad-interrupt"));
        }
        if (asked) {
            action.run();
        }
    }

    /** Whether somebody pressed Ctrl-C, or asked the process to end. */
    static boolean asked() {
        return asked;
    }

    /** Ends the process with a code; returns only while it is ending anyway. */
    static void end(int code) {
        CODE.complete(code);
        if (!asked) {
            System.exit(code);
        }
    }

    private static void shutdown() {
        if (CODE.isDone()) {
            return;
        }
        asked = true;
        heardBy.run();
        int code = Exit.CANCELLED;
        try {
            code = CODE.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException | java.util.concurrent.ExecutionException e) {
            System.err.println("Not everything could be ended in time. Fix: see launchpad list.");
        }
        Runtime.getRuntime().halt(code);
    }
}
