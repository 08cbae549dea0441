package io.agentlaunchpad.artifact;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one scanner says of one artifact. A scanner that could not answer says so; that is never "clean".
 *
 * @param scanner its name
 * @param digest of the artifact
 * @param notScanned why there is no answer, or null where there is one
 * @param findings empty where nothing was found, or nothing scanned
 * @param database version of the scanner's knowledge, or null where it has none
 * @param at when it answered
 */
public record ScanReport(
        String scanner,
        String digest,
        @Nullable String notScanned,
        List<Finding> findings,
        @Nullable String database,
        Instant at) {

    public ScanReport {
        findings = List.copyOf(findings);
    }

    /** A report with an answer. */
    public static ScanReport of(String scanner, String digest, List<Finding> findings, Instant at) {
        return new ScanReport(scanner, digest, null, findings, null, at);
    }

    /** A report without one. */
    public static ScanReport notScanned(String scanner, String digest, String why, Instant at) {
        return new ScanReport(scanner, digest, why, List.of(), null, at);
    }
}
