package io.agentlaunchpad.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.health.HealthPolicy;
import io.agentlaunchpad.health.Instance.Trouble;
import io.agentlaunchpad.health.Judge;
import io.agentlaunchpad.health.Judgement;
import io.agentlaunchpad.health.Observation;
import io.agentlaunchpad.health.Verdict.Health;
import io.agentlaunchpad.internal.Chat;
import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.project.DependencyCache;
import io.agentlaunchpad.project.Npm;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentAccess.LogQuery;
import io.agentlaunchpad.spi.AgentAccess.Request;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.Platform.PlanRequest;
import io.agentlaunchpad.spi.TestFence;
import io.agentlaunchpad.spi.TestWork;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real ElizaOS as a child process, with the stand-in model of the samples. */
class LocalPlatformIT {

    private static final Path ECHO_MODEL = Path.of(
            "..",
            "samples",
            "echo-model",
            "src",
            "main",
            "resources",
            "io",
            "agentlaunchpad",
            "samples",
            "echomodel",
            "echo-model.mjs");

    private static Process model;
    private static String modelUrl;

    @TempDir
    Path folder;

    private LocalPlatform platform;
    private AgentSpec spec;
    private AgentId id;

    @BeforeAll
    static void startModel() throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("node", ECHO_MODEL.toAbsolutePath().toString());
        builder.environment().put("ECHO_MODEL_PARENT", "stdin");
        model = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        JsonNode said = Json.mapper()
                .readTree(new BufferedReader(new InputStreamReader(model.getInputStream(), StandardCharsets.UTF_8))
                        .readLine());
        modelUrl = said.path("echoModel").asText();
    }

    @AfterAll
    static void stopModel() {
        model.destroy();
    }

    @BeforeEach
    void open() {
        // No agent is killed for a slow machine: each must end in its own way.
        platform = LocalPlatform.under(folder.resolve("home")).grace(Duration.ofMinutes(1));
        spec = AgentSpec.named("ada")
                .bio("Explains mathematics")
                .plugin("@elizaos/plugin-openai")
                .setting("@elizaos/plugin-openai", "OPENAI_BASE_URL", modelUrl)
                .build();
        id = AgentId.of(Owner.LOCAL, "ada");
    }

    @AfterEach
    void close() {
        platform.delete(id, version -> true, TestFence.holding(), TestWork.of());
        platform.close();
    }

    @Test
    void an_agent_is_launched_talks_restarts_in_place_remembers_and_stops() {
        Artifact artifact = build(spec);
        Release release = release(1, spec, artifact, new Release.Run(1, 1));
        apply(release);
        Judgement first = await(release);
        assertThat(first.verdict().health()).as("%s", first).isEqualTo(Health.HEALTHY);
        platform.accepted(release);
        Observation facts = platform.observe(release, TestWork.of());
        assertThat(facts.use().memoryBytes()).isGreaterThan(50L << 20);
        assertThat(chat("What is a loop?")).contains("What is a loop?");
        words_are_heard_while_they_are_spoken();
        String url = platform.access().url(id).orElseThrow().toString();
        String identity = agentId();
        long memories = messages();
        assertThat(memories).isPositive();

        Release restarted = release(2, spec, artifact, new Release.Run(1, 2));
        apply(restarted);
        await(restarted);
        platform.accepted(restarted);

        assertThat(platform.access().url(id).orElseThrow()).hasToString(url);
        assertThat(agentId()).isEqualTo(identity);
        assertThat(messages()).as("the embedded database survives").isGreaterThanOrEqualTo(memories);
        assertThat(chat("And now?")).contains("And now?");
        assertThat(logs())
                .anyMatch(line -> line.contains("\"launchpad\":\"started\""))
                .noneMatch(line -> line.contains("planted-key"));

        Release stopped = release(3, spec, artifact, new Release.Run(0, 2));
        long ends = ends();
        apply(stopped);
        assertThat(ends()).as("ended in its own way, and was not killed").isEqualTo(ends + 1);
        assertThat(platform.observe(stopped, TestWork.of()).instances()).isEmpty();
    }

    @Test
    void a_missing_key_and_a_dead_model_are_told_in_the_runners_words() {
        Artifact artifact = build(spec);
        Release noKey = release(1, spec, artifact, null, new Release.Run(1, 1));
        apply(noKey);
        Trouble doom = await(noKey).doom();
        assertThat(doom).isNotNull().returns("MODEL_KEY_MISSING", Trouble::code);

        AgentSpec lost = spec.toBuilder()
                .setting("@elizaos/plugin-openai", "OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
                .build();
        Release deadModel = release(2, lost, build(lost), new Release.Run(1, 1));
        apply(deadModel);
        Judgement degraded = await(deadModel);
        assertThat(degraded.verdict().health()).isEqualTo(Health.DEGRADED);
        assertThat(degraded.verdict().reasons()).anyMatch(reason -> reason.contains("MODEL_UNREACHABLE"));
    }

    @Test
    void a_second_build_asks_nobody_and_a_discarded_project_is_gone() {
        Artifact artifact = build(spec);
        Npm none = Npm.onPath(Map.of("PATH", "/nowhere"));
        assertThat(build(spec, ProjectDirectories.under(folder.resolve("home"), none, DependencyCache.ofUser())))
                .isEqualTo(artifact);
        ProjectDirectories projects = ProjectDirectories.under(folder.resolve("home"));
        assertThat(projects.ownFiles(artifact))
                .anyMatch(file -> file.endsWith("character.json"))
                .noneMatch(file -> file.toString().contains("node_modules"));

        projects.discard(id, artifact, TestWork.of());
        projects.discard(id, artifact, TestWork.of());

        assertThat(((Artifact.Project) artifact).directory()).doesNotExist();
        assertThat(folder.resolve("home/projects")).isEmptyDirectory();
    }

    private Artifact build(AgentSpec of) {
        return build(of, ProjectDirectories.under(folder.resolve("home")));
    }

    private Artifact build(AgentSpec of, ProjectDirectories projects) {
        TestWork work = TestWork.within(Duration.ofMinutes(5));
        String lock = projects.resolve(of, null, work).lock();
        return projects.build(new ArtifactBuilder.Request(id, of, lock), work);
    }

    private Release release(int revision, AgentSpec of, Artifact artifact, Release.Run run) {
        return release(
                revision,
                of,
                artifact,
                platform.secrets().put(id, Secrets.of("OPENAI_API_KEY", "planted-key-0123456789")),
                run);
    }

    private Release release(int revision, AgentSpec of, Artifact artifact, String secrets, Release.Run run) {
        String objects = platform.plan(new PlanRequest(id, Owner.LOCAL, of, artifact, secrets, run), TestWork.of())
                .objects();
        return new Release(id, revision, of, artifact, objects, secrets, run, Instant.now());
    }

    private void apply(Release release) {
        platform.apply(release, TestFence.holding(), TestWork.of());
    }

    private Judgement await(Release release) {
        List<Judgement> seen = new ArrayList<>();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofMinutes(2))
                .until(() -> {
                    Judgement now = Judge.by(HealthPolicy.standard())
                            .see(platform.observe(release, TestWork.of()))
                            .judgement();
                    seen.add(now);
                    return now.kind() != Judgement.Kind.WAITING;
                });
        return seen.get(seen.size() - 1);
    }

    private void words_are_heard_while_they_are_spoken() {
        String question = "Is 1 < 2 & größer ✓ 😀? ".repeat(20).strip();
        Chat chat = new Chat(platform.access(), id);
        List<String> pieces = new ArrayList<>();

        String reply = chat.say("test", question, pieces::add, TestWork.of()).text();

        assertThat(reply).contains(question);
        assertThat(pieces).hasSizeGreaterThan(3);
        assertThat(String.join("", pieces)).isEqualTo(reply);
        assertThatThrownBy(() -> chat.say(
                        "test",
                        question,
                        piece -> {
                            throw new IllegalStateException("Who listened has left");
                        },
                        TestWork.of()))
                .hasMessage("Who listened has left");
        assertThat(chat("Still there?")).contains("Still there?");
    }

    private String chat(String text) {
        return new Chat(platform.access(), id).say("test", text, TestWork.of()).text();
    }

    private String agentId() {
        return get("/api/agents").path("data").path("agents").path(0).path("id").asText();
    }

    /** How many channels of conversation the database holds. */
    private long messages() {
        JsonNode rooms = get("/api/messaging/central-servers/00000000-0000-0000-0000-000000000000/channels");
        return rooms.path("data").path("channels").size();
    }

    private JsonNode get(String path) {
        try {
            return Json.mapper()
                    .readTree(platform.access()
                            .send(id, Request.get(path), TestWork.of())
                            .body());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How often an agent said that it ended as asked. */
    private long ends() {
        return logs().stream()
                .filter(line -> line.contains("\"launchpad\":\"stopped\""))
                .count();
    }

    private List<String> logs() {
        List<String> lines = new ArrayList<>();
        platform.access().logs(id, new LogQuery(-1, null, false), lines::add, TestWork.of());
        return lines;
    }
}
