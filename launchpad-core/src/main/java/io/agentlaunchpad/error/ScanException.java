package io.agentlaunchpad.error;

import org.jspecify.annotations.Nullable;

/** The artifact was refused by its scan, or could not be scanned where policy demands it. */
public final class ScanException extends LaunchpadException {

    private static final long serialVersionUID = 1L;

    public ScanException(String what, String fix) {
        this("SECURITY_SCAN_FAILED", what, fix, null);
    }

    public ScanException(String code, String what, String fix, @Nullable Throwable cause) {
        super(code, what, fix, cause);
    }
}
