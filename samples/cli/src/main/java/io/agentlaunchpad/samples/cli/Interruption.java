package io.agentlaunchpad.samples.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C as a request instead of an end: the command hears it, takes back or stops what it must, and says with which code
 * the process ends.
 */
final class Interruption {

    /** Longer than taking back may take; after that the process ends whatever is left. */
    private static final long PATIENCE_SECONDS = 360;

    private static final CompletableFuture<Integer> CODE = new CompletableFuture<>();
    private static volatile @Nullable Runnable heardBy;
    private static volatile boolean asked;

    private Interruption() {}

    /** Makes interrupts requests from now on; for the process that is the command, and for no other. */
    static void listen() {
        Runtime.getRuntime().addShutdownHook(new Thread(Interruption::shutdown, "launchpad-interrupt"));
    }

    /** From now on an interrupt runs the action, and the process ends when the command does. */
    static synchronized void heardBy(Runnable action) {
        heardBy = action;
        if (asked) {
            action.run();
        }
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
        synchronized (Interruption.class) {
            Runnable action = heardBy;
            if (action == null) {
                return; // nothing to take back: the process ends as any other does
            }
            asked = true;
            action.run();
        }
        int code = Exit.CANCELLED;
        try {
            code = CODE.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException | java.util.concurrent.ExecutionException e) {
            System.err.println("Not everything could be ended in time. Fix: see launchpad list.");
        }
        Runtime.getRuntime().halt(code);
    }
}
