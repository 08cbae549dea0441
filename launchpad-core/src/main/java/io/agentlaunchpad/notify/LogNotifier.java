package io.agentlaunchpad.notify;

import io.agentlaunchpad.spi.Notice;
import io.agentlaunchpad.spi.Notifier;
import io.agentlaunchpad.spi.WorkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes notices to this process's log, logger {@code io.agentlaunchpad.notices}. Never fails. */
public final class LogNotifier implements Notifier {

    private static final Logger LOG = LoggerFactory.getLogger("io.agentlaunchpad.notices");

    @Override
    public String name() {
        return "log";
    }

    @Override
    public void deliver(Notice notice, WorkContext context) {
        String line = notice.text().isEmpty() ? notice.title() : notice.title() + " — " + notice.text();
        switch (notice.severity()) {
            case INFO -> LOG.info("{}", line);
            case WARNING -> LOG.warn("{}", line);
            case ERROR -> LOG.error("{}", line);
        }
    }
}
