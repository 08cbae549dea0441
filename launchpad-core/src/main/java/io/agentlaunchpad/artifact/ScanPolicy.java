package io.agentlaunchpad.artifact;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which findings refuse an artifact.
 *
 * <p>A found secret always refuses, unless it is waived. Pure; safe to share.
 *
 * <pre>{@code
 * ScanPolicy.standard().failOn(Severity.HIGH).waive("CVE-2024-1", "not reachable", LocalDate.parse("2027-01-31"))
 * }</pre>
 *
 * @param failOn the mildest severity that refuses
 * @param ignoreUnfixed whether a vulnerability without a fixed version is let pass
 * @param allowUnscanned whether an artifact that could not be scanned is let pass
 * @param waivers findings accepted for a time
 */
public record ScanPolicy(Severity failOn, boolean ignoreUnfixed, boolean allowUnscanned, List<Waiver> waivers) {

    public ScanPolicy {
        waivers = List.copyOf(waivers);
    }

    /** CRITICAL refuses, unfixed ones too; not scanned refuses; nothing waived. */
    public static ScanPolicy standard() {
        return new ScanPolicy(Severity.CRITICAL, false, false, List.of());
    }

    public ScanPolicy failOn(Severity mildest) {
        return new ScanPolicy(mildest, ignoreUnfixed, allowUnscanned, waivers);
    }

    public ScanPolicy ignoringUnfixed() {
        return new ScanPolicy(failOn, true, allowUnscanned, waivers);
    }

    public ScanPolicy allowingUnscanned() {
        return new ScanPolicy(failOn, ignoreUnfixed, true, waivers);
    }

    /** Accepts a finding until the end of a day (UTC); of several waivers of one finding the last to end counts. */
    public ScanPolicy waive(String id, String reason, LocalDate until) {
        List<Waiver> more = new ArrayList<>(waivers);
        more.add(new Waiver(id, reason, until));
        return new ScanPolicy(failOn, ignoreUnfixed, allowUnscanned, more);
    }

    /** Judges what all scanners said, at a point in time. */
    public Judgement judge(List<ScanReport> reports, Instant now) {
        List<String> refusals = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        for (ScanReport report : reports) {
            if (report.notScanned() != null) {
                String sentence = report.scanner() + " could not scan: " + report.notScanned();
                (allowUnscanned ? remarks : refusals).add(sentence);
            }
            for (Finding finding : report.findings()) {
                if (blocks(finding)) {
                    judge(finding, now, refusals, remarks);
                }
            }
        }
        return new Judgement(refusals, remarks);
    }

    private boolean blocks(Finding finding) {
        if (finding.kind() == Finding.Kind.SECRET) {
            return true;
        }
        boolean unfixed = finding.kind() == Finding.Kind.VULNERABILITY && finding.fixedIn() == null;
        return finding.severity().compareTo(failOn) >= 0 && !(unfixed && ignoreUnfixed);
    }

    private void judge(Finding finding, Instant now, List<String> refusals, List<String> remarks) {
        // Where one has been renewed, the old one may stand beside it: the last to end decides.
        Optional<Waiver> last = waivers.stream()
                .filter(waiver -> waiver.id().equals(finding.id()))
                .max(Comparator.comparing(Waiver::until));
        if (last.isEmpty()) {
            refusals.add(said(finding));
        } else if (last.get().holds(now)) {
            remarks.add(said(finding) + " — waived until " + last.get().until() + ": "
                    + last.get().reason());
        } else {
            refusals.add(said(finding) + " — its waiver ended on " + last.get().until());
        }
    }

    /** With whom to ask: an agent's own layer is its author's, those below are other people's. */
    private static String said(Finding finding) {
        return switch (finding.layer()) {
            case BASE -> "base image: " + finding;
            case RUNTIME -> "runtime image: " + finding;
            case AGENT -> finding.toString();
        };
    }

    /**
     * A finding accepted for a time.
     *
     * @param id the finding's
     * @param reason why it is accepted
     * @param until last day it holds, UTC
     */
    public record Waiver(String id, String reason, LocalDate until) {

        public Waiver {
            if (reason.isBlank()) {
                throw new IllegalArgumentException("The waiver of " + id + " needs a reason");
            }
        }

        boolean holds(Instant now) {
            return !now.atZone(ZoneOffset.UTC).toLocalDate().isAfter(until);
        }
    }

    /**
     * The policy's answer.
     *
     * @param refusals why the artifact is refused; empty where it passes
     * @param remarks what a person should know all the same
     */
    public record Judgement(List<String> refusals, List<String> remarks) {

        public Judgement {
            refusals = List.copyOf(refusals);
            remarks = List.copyOf(remarks);
        }

        public boolean passes() {
            return refusals.isEmpty();
        }
    }
}
