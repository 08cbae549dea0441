package io.agentlaunchpad.build.jib;

import com.google.cloud.tools.jib.api.JibEvent;
import com.google.cloud.tools.jib.event.events.ProgressEvent;
import com.google.cloud.tools.jib.event.progress.Allocation;
import io.agentlaunchpad.spi.WorkContext;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Turns Jib's tree of allocations into bytes and a fraction, and turns its threads away once the build is stopped. */
final class JibProgress {

    private final String doing;
    private final long bytes;
    private final WorkContext context;
    private final AtomicBoolean stopped;
    private double done;
    private int lastPercent = -1;

    JibProgress(String doing, long bytes, WorkContext context, AtomicBoolean stopped) {
        this.doing = doing;
        this.bytes = bytes;
        this.context = context;
        this.stopped = stopped;
    }

    void heard(JibEvent event) {
        if (stopped.get()) {
            throw new CancellationException("the build was stopped");
        }
        if (!(event instanceof ProgressEvent progress)) {
            return;
        }
        int percent;
        double fraction;
        synchronized (this) {
            Allocation allocation = progress.getAllocation();
            done += progress.getUnits() * allocation.getFractionOfRoot();
            fraction = Math.min(1, done);
            percent = (int) (100 * fraction);
            if (percent == lastPercent) {
                return;
            }
            lastPercent = percent;
        }
        context.progress(String.format(Locale.ROOT, "%s: %d %%", doing, percent), (long) (fraction * bytes), bytes);
    }
}
