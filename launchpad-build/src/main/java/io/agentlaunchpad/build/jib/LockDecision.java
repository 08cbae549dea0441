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
        ImageRef wanted = runtime != null ? runtime : base;
        if (before != null && before.platform() != platform) {
            before = null;
        }
        // The same name, tag and digest are still meant: then what was found for them stays.
        ImageLock same = before != null && before.asked().equals(wanted.toString()) ? before : null;
        if (runtime != null) {
            GivenRuntime known = same == null ? null : same.given();
            GivenRuntime given = known != null ? known : GivenRuntime.of(images.resolve(runtime, platform, context));
            given.check(spec, projects.runner());
            ImageLock lock = new ImageLock(platform, null, null, given, wanted.toString());
            return new ArtifactBuilder.Resolved(lock.toJson(), List.of(), List.of());
        }
        ArtifactBuilder.Resolved project = projects.resolve(spec, before == null ? null : before.project(), context);
        ImageRef known = same == null ? null : same.base();
        ImageRef exact =
                known != null ? known : images.resolve(base, platform, context).ref();
        ImageLock lock = new ImageLock(platform, exact, project.lock(), null, wanted.toString());
        return new ArtifactBuilder.Resolved(lock.toJson(), project.plugins(), project.warnings());
    }
}
