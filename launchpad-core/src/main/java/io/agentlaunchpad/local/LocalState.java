package io.agentlaunchpad.local;

import io.agentlaunchpad.release.Release;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was last done with one agent, as it stands in its {@code state.json}.
 *
 * @param revision of the release
 * @param digest of its artifact
 * @param objects as planned
 * @param secretVersion it runs with, or null
 * @param replicas 0 or 1
 * @param generation of the restart
 * @param port it listens on; kept while it is stopped
 * @param start names this start in the log
 * @param startedAt when
 * @param process {@code pid-start}; null while there is none
 * @param executable the Node.js that runs it
 * @param restarts how often this release was started again on another port
 * @param detached whether the process lives on without its launcher
 * @param accepted whether the release was found healthy
 * @param copy the copy of the embedded database that take-back restores, or null
 * @param ending whether the process was asked to end; it may live for a while
 */
record LocalState(
        int revision,
        String digest,
        String objects,
        @Nullable String secretVersion,
        int replicas,
        int generation,
        int port,
        String start,
        Instant startedAt,
        @Nullable String process,
        @Nullable String executable,
        int restarts,
        boolean detached,
        boolean accepted,
        @Nullable String copy,
        boolean ending) {

    /** Whether it was made from a release that would run the same thing the same way. */
    boolean isOf(Release release) {
        return digest.equals(release.artifact().digest())
                && objects.equals(release.objects())
                && replicas == release.run().replicas()
                && generation == release.run().generation()
                && Objects.equals(secretVersion, release.secretVersion());
    }

    LocalState running(String newProcess, String newExecutable) {
        return with(revision, newProcess, newExecutable, detached, accepted, copy, false);
    }

    LocalState at(int newRevision) {
        return with(newRevision, process, executable, detached, accepted, copy, ending);
    }

    LocalState accepted(boolean nowDetached) {
        return with(revision, process, executable, nowDetached, true, null, ending);
    }

    LocalState askedToEnd() {
        return with(revision, process, executable, detached, accepted, copy, true);
    }

    /** The same start of the same thing. */
    private LocalState with(
            int newRevision,
            @Nullable String newProcess,
            @Nullable String newExecutable,
            boolean nowDetached,
            boolean nowAccepted,
            @Nullable String newCopy,
            boolean nowEnding) {
        return new LocalState(
                newRevision,
                digest,
                objects,
                secretVersion,
                replicas,
                generation,
                port,
                start,
                startedAt,
                newProcess,
                newExecutable,
                restarts,
                nowDetached,
                nowAccepted,
                newCopy,
                nowEnding);
    }
}
