package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ScanReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Looks into an artifact before it counts. Safe for concurrent use.
 *
 * <p>Law: a scanner that cannot answer returns {@link ScanReport#notScanned}; it never says "clean" for want of knowledge.
 */
public interface ArtifactScanner {

    /** Its name in reports. */
    String name();

    /** The kinds of artifact it can read. */
    Set<Artifact.Kind> scans();

    /** What it found. */
    ScanReport scan(Request request, WorkContext context);

    /**
     * What to scan.
     *
     * @param artifact the whole
     * @param ownFiles files of the agent's own layer
     * @param secrets the agent's values, to be found wherever they stand; never reported
     */
    record Request(Artifact artifact, List<Path> ownFiles, Secrets secrets) {

        public Request {
            ownFiles = List.copyOf(ownFiles);
        }
    }
}
