package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.health.HealthPolicy;
import io.agentlaunchpad.health.Judge;
import io.agentlaunchpad.health.Judgement;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess.Request;
import io.agentlaunchpad.spi.Platform;
import io.agentlaunchpad.spi.TestFence;
import io.agentlaunchpad.spi.TestWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** One agent of a test: what a pipeline would do with it, in short words. */
final class LocalAgent {

    final LocalPlatform platform;
    final AgentSpec spec;
    final AgentId id;
    private final Secrets secrets;

    LocalAgent(LocalPlatform platform, String name, Secrets secrets) {
        this.platform = platform;
        this.spec = AgentSpec.named(name).bio("Tests").build();
        this.id = AgentId.of(Owner.LOCAL, name);
        this.secrets = secrets;
    }

    LocalAgent on(LocalPlatform other) {
        return new LocalAgent(other, spec.name(), secrets);
    }

    Release release(int revision, Artifact artifact) {
        return release(revision, artifact, new Release.Run(1, 1));
    }

    Release release(int revision, Artifact artifact, Release.Run run) {
        String version = secrets.isEmpty() ? null : platform.secrets().put(id, secrets);
        String objects = platform.plan(
                        new Platform.PlanRequest(id, Owner.LOCAL, spec, artifact, version, run), TestWork.of())
                .objects();
        return new Release(id, revision, spec, artifact, objects, version, run, Instant.now());
    }

    List<String> apply(Release release) {
        return platform.apply(release, TestFence.holding(), TestWork.of());
    }

    Release running(int revision, Artifact artifact) {
        Release release = release(revision, artifact);
        apply(release);
        awaitReady(release);
        return release;
    }

    Observation awaitReady(Release release) {
        Seen last = await(release, kind -> kind != Judgement.Kind.WAITING);
        if (last.judgement().kind() != Judgement.Kind.READY) {
            throw new AssertionError("Not ready: " + last.judgement());
        }
        return last.facts();
    }

    Judgement awaitDoom(Release release) {
        return await(release, kind -> kind == Judgement.Kind.DOOMED).judgement();
    }

    /** The look that ended the wait: on a busy machine the next one may find an agent that answers too late. */
    private Seen await(Release release, Predicate<Judgement.Kind> enough) {
        List<Seen> seen = new ArrayList<>();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(30))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    Seen now = see(release);
                    seen.add(now);
                    return enough.test(now.judgement().kind());
                });
        return seen.get(seen.size() - 1);
    }

    Judgement judge(Release release) {
        return see(release).judgement();
    }

    private Seen see(Release release) {
        Observation facts = platform.observe(release, TestWork.of());
        return new Seen(facts, Judge.by(HealthPolicy.standard()).see(facts).judgement());
    }

    private record Seen(Observation facts, Judgement judgement) {}

    LocalState state() {
        return platform.files(id).state().orElseThrow();
    }

    ProcessHandle process() {
        return Processes.find(state().process()).orElseThrow();
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> ask(String path) {
        String body =
                platform.access().send(id, Request.get(path), TestWork.of()).body();
        try {
            return Json.mapper().readValue(body, Map.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        platform.delete(id, version -> true, TestFence.holding(), TestWork.of());
    }
}
