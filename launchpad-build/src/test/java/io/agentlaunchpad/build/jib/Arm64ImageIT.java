package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.internal.registry.MediaTypes;
import io.agentlaunchpad.build.internal.registry.OciJson;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real packages by npm for another processor than this machine's. The base image says that it is for that processor, and
 * holds this machine's files: the image is built, and not run.
 */
@RealRegistry
class Arm64ImageIT {

    private static final AgentSpec ADA = AgentSpec.named("ada")
            .bio("Explains mathematics")
            .plugin("@elizaos/plugin-openai")
            .build();

    @TempDir
    private Path temp;

    private final TestContext context = new TestContext(Duration.ofMinutes(9));

    @Test
    void anImageForArm64IsBuiltOnTheBaseOfThatProcessorWithPackagesForIt(Registry registry) {
        String base = indexOfBothProcessors(registry);
        JibImageBuilder builder = JibImageBuilder.pushingTo(registry.repository())
                .baseImage(base)
                .platform(ImagePlatform.LINUX_ARM64)
                .cacheDirectory(temp);
        String lock = builder.resolve(ADA, null, context).lock();
        Artifact.Image image = (Artifact.Image)
                builder.build(new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, "ada"), ADA, lock), context);
        builder.publish(image, context);

        assertThat(lock).contains("\"target\":\"linux/arm64\"");
        BaseImages.Image read = TestImages.read(image.ref());
        assertThat(read.config().path("architecture").asText()).isEqualTo("arm64");
        assertThat(read.config().path("os").asText()).isEqualTo("linux");
        assertThat(read.config().path("config").path("User").asText()).isEqualTo("65532:65532");
        ImageRef runtime =
                ImageRef.parse(registry.repository() + "/runtime").withDigest(read.label(Labels.RUNTIME_DIGEST));
        assertThat(TestImages.read(runtime).config().path("architecture").asText())
                .isEqualTo("arm64");
        assertThat(builder.sbom(image.ref(), context).orElseThrow().packages())
                .anyMatch(purl -> purl.startsWith("pkg:npm/%40elizaos/core@1.7"))
                .noneMatch(purl -> purl.matches("pkg:npm/.*(linux-x64|win32|darwin).*"));
    }

    /** As official images are published: one name for several processors. */
    private static String indexOfBothProcessors(Registry registry) {
        String name = registry.repository() + "/base:arm64";
        ImageRef arm = TestImages.push(
                registry,
                name,
                TestImages.files(Map.of("etc/processor", "arm64\n")),
                whole -> whole.put("architecture", "arm64").put("variant", "v8"));
        ImageRef intel = TestImages.push(
                registry,
                name.replace(":arm64", ":amd64"),
                TestImages.files(Map.of("etc/processor", "amd64\n")),
                w -> {});
        RegistryClient client = TestImages.client(registry);
        var index = OciJson.object();
        index.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX);
        var manifests = index.putArray("manifests");
        for (var one : Map.of("arm64", arm, "amd64", intel).entrySet()) {
            var manifest = client.manifest(
                    one.getValue().repository(), String.valueOf(one.getValue().digest()), TestContext.patient());
            var entry = manifests.addObject();
            entry.put("mediaType", manifest.mediaType()).put("digest", manifest.digest());
            entry.put("size", manifest.bytes().length);
            entry.putObject("platform").put("os", "linux").put("architecture", one.getKey());
        }
        client.put(arm.repository(), "both", OciJson.bytes(index), MediaTypes.OCI_INDEX, TestContext.patient());
        return name.replace(":arm64", ":both");
    }
}
