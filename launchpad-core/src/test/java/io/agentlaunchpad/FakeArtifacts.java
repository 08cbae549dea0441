package io.agentlaunchpad;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Artifacts without files: the digest follows from the specification. Counts what was built. */
public final class FakeArtifacts implements ArtifactBuilder {

    private final AtomicInteger built = new AtomicInteger();
    private volatile Runnable beforeBuild = () -> {};
    private volatile String announcement = "";
    private volatile long[] steps = {};

    /** How often something was built. */
    public int built() {
        return built.get();
    }

    /** Runs right before each build; what it throws, build throws. */
    public FakeArtifacts beforeBuild(Runnable action) {
        beforeBuild = action;
        return this;
    }

    /** Says while it builds how far it is: so many units, the last of them all. */
    public FakeArtifacts announcing(String what, long... done) {
        announcement = what;
        steps = done.clone();
        return this;
    }

    @Override
    public Artifact.Kind makes() {
        return Artifact.Kind.PROJECT;
    }

    @Override
    public Resolved resolve(AgentSpec spec, @Nullable String kept, WorkContext context) {
        return new Resolved(kept == null ? "lock" : kept, List.of(), List.of());
    }

    @Override
    public Artifact build(Request request, WorkContext context) {
        beforeBuild.run();
        context.check();
        built.incrementAndGet();
        for (long step : steps) {
            context.progress(announcement, step, steps[steps.length - 1]);
        }
        String digest = String.format("sha256:%064x", request.spec().toJson().hashCode() & 0xffffffffL);
        return new Artifact.Project(digest, Path.of("/nowhere/" + request.agentId()));
    }

    @Override
    public void publish(Artifact artifact, WorkContext context) {}

    @Override
    public List<Path> ownFiles(Artifact artifact) {
        return List.of();
    }

    @Override
    public void discard(AgentId agentId, Artifact artifact, WorkContext context) {}
}
