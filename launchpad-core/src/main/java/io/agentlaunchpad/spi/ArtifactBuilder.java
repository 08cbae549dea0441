package io.agentlaunchpad.spi;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a specification and its lock into something that can run. Safe for concurrent use.
 *
 * <p>Laws: the same lock, character and settings give the same digest; building twice has the effect of building once;
 * nothing secret is ever in an artifact.
 */
public interface ArtifactBuilder {

    /** What it makes. */
    Artifact.Kind makes();

    /**
     * Resolves everything that could differ between two days: plugin versions, base image, runner. May ask registries,
     * changes nothing outside.
     *
     * @param spec the agent
     * @param kept the lock the agent has, or null to resolve anew; still used where it fits the specification
     */
    Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context);

    /** Makes the artifact, or finds the one made before. */
    Artifact build(Request request, WorkContext context);

    /**
     * Gives an artifact that passed its scan its final name. Until then nobody finds it.
     */
    void publish(Artifact artifact, WorkContext context);

    /**
     * Files of the agent's own layer, for scanners that read files.
     *
     * @param artifact one that this builder made
     */
    List<Path> ownFiles(Artifact artifact);

    /**
     * The bill of materials of an artifact that this builder made.
     *
     * @return CycloneDX in JSON (ECMA-424); none where there is none, as for every artifact of a builder that makes none
     */
    default Optional<String> sbom(Artifact artifact, WorkContext context) {
        return Optional.empty();
    }

    /** Forgets an artifact that no release of an agent needs any more. Doing it again is harmless. */
    void discard(AgentId agentId, Artifact artifact, WorkContext context);

    /**
     * What building needs.
     *
     * @param agentId whose
     * @param spec the agent
     * @param lock from {@link #resolve}
     */
    record Request(AgentId agentId, AgentSpec spec, String lock) {}

    /**
     * A specification made exact.
     *
     * @param lock the builder's own text; two agents with equal locks share their dependencies
     * @param plugins metadata of plugins that Launchpad does not ship: one {@code package.json} text each
     * @param warnings for the person who launches
     */
    record Resolved(String lock, List<String> plugins, List<String> warnings) {

        public Resolved {
            plugins = List.copyOf(plugins);
            warnings = List.copyOf(warnings);
        }
    }
}
