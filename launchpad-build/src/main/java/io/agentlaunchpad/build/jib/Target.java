package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.file.Path;
import java.util.List;

/** Where images go. */
interface Target {

    Artifact build(AgentSpec spec, ImageLock lock, WorkContext context);

    void publish(Artifact artifact, WorkContext context);

    List<Path> ownFiles(Artifact artifact);

    void discard(Artifact artifact);
}
