package io.agentlaunchpad.artifact;

import org.jspecify.annotations.Nullable;

/**
 * One thing a scanner found.
 *
 * @param id the scanner's or the public identifier, such as {@code CVE-2021-44906} or {@code leak:openai-key}
 * @param kind what sort of thing it is
 * @param severity how bad the scanner says it is
 * @param layer whom to ask: the base image's, the runtime's or the agent's author
 * @param where file or package, with version and line where known; never the secret itself
 * @param title in one line
 * @param fixedIn the version that has the fix, or null where there is none
 */
public record Finding(
        String id,
        Kind kind,
        Severity severity,
        Layer layer,
        String where,
        String title,
        @Nullable String fixedIn) {

    /** The sorts of finding there are. */
    public enum Kind {
        VULNERABILITY,
        SECRET,
        MISCONFIGURATION,
        LICENCE
    }

    /** Where in an artifact a finding stands; a project directory is all {@link #AGENT}. */
    public enum Layer {
        BASE,
        RUNTIME,
        AGENT
    }

    @Override
    public String toString() {
        return severity + " " + id + " in " + where + ": " + title
                + (fixedIn == null ? "" : " (fixed in " + fixedIn + ")");
    }
}
