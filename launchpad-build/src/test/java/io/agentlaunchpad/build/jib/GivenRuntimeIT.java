package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.PluginRef;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.sbom.Sbom;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Agents on a runtime image that was built elsewhere: by another Launchpad, or from an exported Dockerfile. */
@RealRegistry
@Execution(ExecutionMode.CONCURRENT)
class GivenRuntimeIT {

    private static final AgentSpec ADA = AgentSpec.named("ada")
            .bio("Explains mathematics")
            .plugin("@elizaos/plugin-openai")
            .build();

    private static final String PLUGINS = ADA.effectivePlugins().stream()
            .map(PluginRef::name)
            .map(name -> name + "@1.7.2")
            .collect(Collectors.joining(","));

    @TempDir
    private Path temp;

    private GivenProjects elsewhere;
    private GivenProjects here;

    @BeforeEach
    void makePackages() throws Exception {
        elsewhere = new GivenProjects(Packages.small(temp), "elsewhere", PLUGINS);
        here = new GivenProjects(temp.resolve("no packages"), "here", "none");
    }

    private JibImageBuilder builder(Registry registry, String repository, GivenProjects projects) {
        return JibImageBuilder.pushingTo(registry.repository() + "/" + repository)
                .baseImage(registry.baseImage())
                .cacheDirectory(temp.resolve("cache of " + repository))
                .projects(projects);
    }

    private static Artifact.Image build(JibImageBuilder builder, AgentSpec spec) {
        String lock = builder.resolve(spec, null, TestContext.patient()).lock();
        return (Artifact.Image) builder.build(
                new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, spec.name()), spec, lock), TestContext.patient());
    }

    /** A runtime that another Launchpad published: its name by tag. */
    private ImageRef published(Registry registry) {
        JibImageBuilder builder = builder(registry, "elsewhere", elsewhere);
        Artifact.Image image = build(builder, ADA);
        builder.publish(image, TestContext.patient());
        String hash = TestImages.read(image.ref()).label(Labels.RUNTIME);
        return ImageRef.parse(registry.repository() + "/elsewhere/runtime:" + hash);
    }

    @Test
    void anAgentStandsOnARuntimeOfAnotherLaunchpadByTagAndByDigestAndNothingIsInstalled(Registry registry) {
        ImageRef runtime = published(registry);
        JibImageBuilder byTag = builder(registry, "here", here).runtimeImage(runtime.toString());
        Artifact.Image image = build(byTag, ADA);
        byTag.publish(image, TestContext.patient());

        BaseImages.Image read = TestImages.read(image.ref());
        String digest = read.label(Labels.RUNTIME_DIGEST);
        JibImageBuilder byDigest = builder(registry, "here", here).runtimeImage(runtime.name() + "@" + digest);
        assertThat(build(byDigest, ADA)).isEqualTo(image);

        assertThat(here.installed).hasValue(0);
        assertThat(byTag.layers(image.ref(), TestContext.patient()))
                .extracting(LayerSize::of)
                .containsExactly(
                        Finding.Layer.BASE,
                        Finding.Layer.RUNTIME,
                        Finding.Layer.RUNTIME,
                        Finding.Layer.RUNTIME,
                        Finding.Layer.AGENT);
        assertThat(byTag.sbom(image.ref(), TestContext.patient()).orElseThrow().packages())
                .contains("pkg:npm/minimist@1.2.8")
                .anyMatch(purl -> purl.startsWith("pkg:deb/debian/libc6@"));
        // A label of somebody else's image makes it the runtime of no hash of ours.
        var client = TestImages.client(registry);
        String repository =
                ImageRef.parse(registry.repository() + "/here/runtime:x").repository();
        assertThat(client.digestOf(repository, String.valueOf(runtime.tag()), TestContext.patient()))
                .isEmpty();
        assertThat(client.digestOf(repository, Names.givenTag(digest), TestContext.patient()))
                .contains(digest);
    }

    @Test
    void aKeptLockAsksNobodyAndStillRefusesAnAgentThatTheRuntimeIsNotFor(Registry registry) {
        JibImageBuilder builder =
                builder(registry, "here", here).runtimeImage(published(registry).toString());
        String lock = builder.resolve(ADA, null, TestContext.patient()).lock();
        registry.close();

        assertThat(builder.resolve(ADA, lock, TestContext.patient()).lock()).isEqualTo(lock);
        AgentSpec more = ADA.toBuilder().plugin("@elizaos/plugin-discord").build();
        assertThatThrownBy(() -> builder.resolve(more, lock, TestContext.patient()))
                .isInstanceOfSatisfying(
                        LaunchpadException.class, e -> assertThat(e.code()).isEqualTo("RUNTIME_IMAGE_MISMATCH"))
                .hasMessageContaining("it has no @elizaos/plugin-discord");
    }

    @Test
    void anotherTagIsAnotherRuntimeEvenWhereALockIsKept(Registry registry) {
        ImageRef published = published(registry);
        JibImageBuilder before = builder(registry, "here", here).runtimeImage(published.toString());
        String lock = before.resolve(ADA, null, TestContext.patient()).lock();
        dockerfile(registry, labels(PLUGINS, "runner-1"));
        String other = registry.repository() + "/dockerfile:1";
        JibImageBuilder now = builder(registry, "here", here).runtimeImage(other);
        assertThat(now.resolve(ADA, lock, TestContext.patient()).lock()).contains("/dockerfile@sha256:");

        JibImageBuilder node = builder(registry, "here", elsewhere);
        String kept = node.resolve(ADA, null, TestContext.patient()).lock();
        String sameName = registry.baseImage().replaceFirst(":[^:/]+$", ":another-tag");
        assertThatThrownBy(() -> node.baseImage(sameName).resolve(ADA, kept, TestContext.patient()))
                .isInstanceOfSatisfying(
                        LaunchpadException.class, e -> assertThat(e.code()).isEqualTo("IMAGE_NOT_FOUND"));
    }

    @Test
    void aRuntimeWithOtherPluginsOrAnotherRunnerIsRefusedBeforeAnythingIsBuilt(Registry registry) {
        JibImageBuilder builder = builder(registry, "here", here)
                .runtimeImage(dockerfile(registry, labels(PLUGINS, "runner-0")).toString());
        AgentSpec pinned = AgentSpec.named("bob")
                .bio("Explains chemistry")
                .plugin("@elizaos/plugin-openai@1.6.0")
                .plugin("@elizaos/plugin-discord")
                .build();
        assertThatThrownBy(() -> builder.resolve(pinned, null, TestContext.patient()))
                .isInstanceOfSatisfying(
                        LaunchpadException.class, e -> assertThat(e.code()).isEqualTo("RUNTIME_IMAGE_MISMATCH"))
                .hasMessageContaining("it has @elizaos/plugin-openai 1.7.2, not 1.6.0")
                .hasMessageContaining("it has no @elizaos/plugin-discord")
                .hasMessageContaining("its runner is runner-0, this version of Launchpad's runner-1")
                .hasMessageContaining("docker build --target runtime");
    }

    @Test
    void anImageThatIsNoRuntimeIsRefused(Registry registry) {
        JibImageBuilder builder = builder(registry, "here", here);
        assertThatThrownBy(() -> builder.runtimeImage(registry.baseImage()).resolve(ADA, null, TestContext.patient()))
                .isInstanceOfSatisfying(
                        LaunchpadException.class, e -> assertThat(e.code()).isEqualTo("RUNTIME_IMAGE_UNKNOWN"));
        for (var wrong : Map.<String, java.util.function.Consumer<ObjectNode>>of(
                        "runs as user \"root\"", config -> config.put("User", "root"),
                        "runs as user \"\"", config -> config.remove("User"),
                        "starts [\"npm\",\"start\"]",
                                config ->
                                        config.putArray("Entrypoint").add("npm").add("start"))
                .entrySet()) {
            ImageRef image = dockerfile(
                    registry,
                    labels(PLUGINS, "runner-1")
                            .andThen(whole -> wrong.getValue().accept(whole.withObject("/config"))));
            assertThatThrownBy(() -> builder.runtimeImage(image.toString()).resolve(ADA, null, TestContext.patient()))
                    .isInstanceOfSatisfying(
                            LaunchpadException.class, e -> assertThat(e.code()).isEqualTo("RUNTIME_IMAGE_UNFIT"))
                    .hasMessageContaining(wrong.getKey());
        }
    }

    @Test
    void anAgentStandsOnARuntimeFromADockerfileAndItsBillNamesWhatIsInTheLayers(Registry registry) throws Exception {
        ImageRef runtime = dockerfile(registry, labels(PLUGINS, "runner-1"));
        JibImageBuilder builder = builder(registry, "here", here).runtimeImage(runtime.toString());
        Artifact.Image image = build(builder, ADA);
        builder.publish(image, TestContext.patient());

        var config = TestImages.read(image.ref()).config().path("config");
        assertThat(config.path("Env").toString())
                .contains("SERVER_HOST=0.0.0.0", "ELIZA_UI_ENABLE=false", "SENTRY_DSN=off");
        assertThat(config.path("User").asText()).isEqualTo("65532:65532");
        assertThat(builder.layers(image.ref(), TestContext.patient()))
                .extracting(LayerSize::of)
                .containsExactly(Finding.Layer.RUNTIME, Finding.Layer.RUNTIME, Finding.Layer.AGENT);
        Sbom bill = builder.sbom(image.ref(), TestContext.patient()).orElseThrow();
        assertThat(bill.packages())
                .contains("pkg:npm/minimist@1.2.5", "pkg:npm/%40scope/inner@2.0.0")
                .noneMatch(purl -> purl.contains("no-package"))
                .anyMatch(purl -> purl.startsWith("pkg:deb/debian/libc6@"));
        assertThat(new JsonParser().validate(bill.toJson().getBytes(), Version.VERSION_16))
                .isEmpty();
    }

    @Test
    void aTarOnAGivenRuntimeIsWholeAndTheSameEachTime(Registry registry) throws Exception {
        String runtime = published(registry).toString();
        Path file = temp.resolve("ada.tar");
        JibImageBuilder builder = JibImageBuilder.toTar(file)
                .cacheDirectory(temp.resolve("tars"))
                .projects(here)
                .runtimeImage(runtime);
        Artifact.Image image = build(builder, ADA);
        builder.publish(image, TestContext.patient());
        Artifact.Image again = build(
                JibImageBuilder.toTar(temp.resolve("again.tar"))
                        .cacheDirectory(temp.resolve("other tars"))
                        .projects(here)
                        .runtimeImage(runtime),
                ADA);

        assertThat(again.digest()).isEqualTo(image.digest());
        assertThat(Files.size(file)).isGreaterThan(1_000_000);
        Sbom bill = Sbom.fromJson(Files.readString(temp.resolve("ada.tar.cdx.json")));
        assertThat(bill.packages())
                .contains("pkg:npm/minimist@1.2.8")
                .anyMatch(purl -> purl.startsWith("pkg:deb/debian/libc6@"));
        var config = TarConfig.of(file);
        assertThat(config.path("config").path("User").asText()).isEqualTo("65532:65532");
        assertThat(config.path("config").path("Entrypoint").toString()).isEqualTo("[\"node\",\"runner\"]");
        assertThat(config.path("rootfs").path("diff_ids")).hasSize(5);
        assertThat(here.installed).hasValue(0);
    }

    private static java.util.function.Consumer<ObjectNode> labels(String plugins, String runner) {
        return whole -> whole.withObject("/config")
                .withObject("/Labels")
                .put("io.agentlaunchpad.plugins", plugins)
                .put("io.agentlaunchpad.runner", runner);
    }

    /** As {@code docker build --target runtime} leaves it: what the exported Dockerfile says, in Docker's own format. */
    private ImageRef dockerfile(Registry registry, java.util.function.Consumer<ObjectNode> changes) {
        var files = TestImages.files(Map.of(
                "app/node_modules/minimist/package.json", "{\"name\":\"minimist\",\"version\":\"1.2.5\"}",
                "app/node_modules/minimist/test/package.json", "{\"name\":\"no-package\",\"version\":\"1.0.0\"}",
                "app/node_modules/minimist/node_modules/@scope/inner/package.json",
                        "{\"name\":\"@scope/inner\",\"version\":\"2.0.0\"}",
                "app/runner/index.js", "console.log('hello')\n"));
        return TestImages.push(registry, registry.repository() + "/dockerfile:1", files, whole -> {
            ObjectNode config = whole.withObject("/config");
            config.put("User", "65532:65532").put("WorkingDir", "/app");
            config.putArray("Entrypoint").add("node").add("runner");
            config.putArray("Env").add("PATH=/usr/local/bin:/usr/bin:/bin").add("SERVER_HOST=0.0.0.0");
            changes.accept(whole);
        });
    }
}
