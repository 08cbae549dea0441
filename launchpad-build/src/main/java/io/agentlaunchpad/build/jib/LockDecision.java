package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.WorkContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what could differ between two days, and keeps what a kept lock decided. */
record LockDecision(
        BaseImages images,
        Projects projects,
        ImagePlatform platform,
        ImageRef base,
        @Nullable ImageRef runtime) {

    ArtifactBuilder.Resolved decide(AgentSpec spec, @Nullable String kept, WorkContext context) {
        ImageLock before = kept != null && ImageLock.isOne(kept) ? ImageLock.fromJson(kept) : null;
        if (before != null && before.platform() != platform) {
            before = null;
        }
        if (runtime != null) {
            GivenRuntime known = before == null ? null : before.given();
            GivenRuntime given = known != null && before.asked().equals(runtime.toString())
                    ? known
                    : GivenRuntime.of(images.resolve(runtime, platform, context));
            given.check(spec, projects.runner());
            ImageLock lock = new ImageLock(platform, null, null, given, runtime.toString());
            return new ArtifactBuilder.Resolved(lock.toJson(), List.of(), List.of());
        }
        ArtifactBuilder.Resolved project = projects.resolve(spec, before == null ? null : before.project(), context);
        ImageRef known = before == null ? null : before.base();
        ImageRef exact = known != null && before.asked().equals(base.toString())
                ? known
                : images.resolve(base, platform, context).ref();
        ImageLock lock = new ImageLock(platform, exact, project.lock(), null, base.toString());
        return new ArtifactBuilder.Resolved(lock.toJson(), project.plugins(), project.warnings());
    }
}
