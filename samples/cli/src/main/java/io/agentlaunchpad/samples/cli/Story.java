package io.agentlaunchpad.samples.cli;

import io.agentlaunchpad.error.Failure;
import io.agentlaunchpad.event.AgentEvent;
import io.agentlaunchpad.event.EventType;
import io.agentlaunchpad.event.LaunchpadListener;
import io.agentlaunchpad.event.Progress;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.operation.Report;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells an operation as it runs: each stage with its time, and what long ones are doing. */
final class Story implements LaunchpadListener {

    private final PrintWriter out;
    private final Paint paint;
    private final boolean json;
    private volatile @Nullable OperationId only;
    private String lastProgress = "";
    private long lastProgressAt;

    Story(PrintWriter out, Paint paint, boolean json) {
        this.out = out;
        this.paint = paint;
        this.json = json;
    }

    /** Tells of one operation only, from now on. */
    void only(OperationId id) {
        only = id;
    }

    @Override
    public synchronized void on(AgentEvent event) {
        if (only != null && !only.equals(event.operationId())) {
            if (event.type() == EventType.OPERATION_RESUMED && !json) {
                line(paint.doubtful("↺"), "an earlier operation of this agent was cut off; finishing it first");
            }
            return;
        }
        if (json) {
            out.println(EventLines.json(event));
            out.flush();
            return;
        }
        switch (event.type()) {
            case STAGE_FINISHED -> line(paint.good("✓"), stage(event) + "  " + paint.quiet(seconds(event)));
            case OPERATION_RESUMED, TAKE_BACK_STARTED, TAKE_BACK_FINISHED, CANCEL_REQUESTED ->
                line(paint.doubtful("↺"), event.message());
            case WARNING -> line(paint.doubtful("!"), event.message());
            default -> {}
        }
    }

    @Override
    public synchronized void on(Progress progress) {
        long now = System.nanoTime();
        boolean fresh = !progress.message().equals(lastProgress) && now - lastProgressAt > 1_000_000_000L;
        if (json || !fresh || progress.message().isBlank()) {
            return;
        }
        lastProgress = progress.message();
        lastProgressAt = now;
        String amount = progress.total() > 0 ? " (" + 100 * progress.done() / progress.total() + " %)" : "";
        line(paint.quiet("·"), paint.quiet(progress.stage().label() + ": " + progress.message() + amount));
    }

    /** The end, in words. */
    synchronized void end(Report report, PrintWriter err) {
        Failure failure = report.failure();
        if (failure != null) {
            err.println(paint.bad(report.kind().label() + " " + report.outcome().label() + ": " + failure.code()));
            err.println(failure.message());
            err.println("Fix: " + failure.fix());
        }
        report.left().forEach(left -> err.println("left behind: " + left));
        err.flush();
    }

    private void line(String mark, String text) {
        out.println("  " + mark + " " + text);
        out.flush();
    }

    private static String stage(AgentEvent event) {
        return String.format(
                Locale.ROOT, "%-9s", String.valueOf(event.data().get("stage")).toLowerCase(Locale.ROOT));
    }

    private static String seconds(AgentEvent event) {
        String millis = event.data().get("millis");
        return millis == null ? "" : String.format(Locale.ROOT, "%.1f s", Long.parseLong(millis) / 1000.0);
    }
}
