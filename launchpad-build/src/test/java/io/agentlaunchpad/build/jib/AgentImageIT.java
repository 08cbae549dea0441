package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.internal.registry.Registries;
import io.agentlaunchpad.build.internal.registry.RegistryClient;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RealRegistry
class AgentImageIT {

    private static final AgentSpec ADA = AgentSpec.named("Ada")
            .bio("Explains mathematics")
            .plugin("@elizaos/plugin-openai")
            .build();

    @TempDir
    private Path temp;

    private GivenProjects projects;
    private RegistryClient client;

    @BeforeEach
    void makePackages(Registry registry) throws Exception {
        projects = new GivenProjects(Packages.small(temp), "small");
        client = new Registries(host -> Optional.empty(), Set.of()).at(registry.host());
    }

    private JibImageBuilder builder(Registry registry, String cache) {
        return JibImageBuilder.pushingTo(registry.repository())
                .baseImage(registry.baseImage())
                .cacheDirectory(temp.resolve(cache))
                .projects(projects);
    }

    private static ArtifactBuilder.Request request(JibImageBuilder builder, AgentSpec spec) {
        String lock = builder.resolve(spec, null, TestContext.patient()).lock();
        return new ArtifactBuilder.Request(AgentId.of(Owner.of("test"), spec.name()), spec, lock);
    }

    private Optional<String> tagged(Artifact image, String tag) {
        ImageRef ref = ((Artifact.Image) image).ref();
        return client.digestOf(ref.repository(), tag, TestContext.patient());
    }

    @Test
    void aNewAgentIsPushedUnderItsPendingTagAndGetsItsFinalOneOnlyWhenPublished(Registry registry) {
        JibImageBuilder builder = builder(registry, "cache");
        Artifact image = builder.build(request(builder, ADA), TestContext.patient());
        ImageRef ref = ((Artifact.Image) image).ref();
        String hash = new BaseImages(new Registries(host -> Optional.empty(), Set.of()))
                .read(ref, TestContext.patient())
                .label(Labels.AGENT);

        assertThat(ref.repository()).endsWith("/ada");
        assertThat(tagged(image, "pending-" + hash)).contains(image.digest());
        assertThat(tagged(image, hash)).isEmpty();

        assertThat(builder.sbom(image, TestContext.patient())).isEmpty();
        builder.publish(image, TestContext.patient());
        assertThat(tagged(image, hash)).contains(image.digest());
        assertThat(builder.sbom(image, TestContext.patient()))
                .hasValueSatisfying(bill -> assertThat(bill).contains("CycloneDX", "pkg:npm/minimist@1.2.8"));
    }

    @Test
    void anotherMachineFindsTheRuntimeAndTheSameAgent(Registry registry) throws Exception {
        JibImageBuilder here = builder(registry, "here");
        Artifact first = here.build(request(here, ADA), TestContext.patient());
        here.publish(first, TestContext.patient());
        JibImageBuilder there = builder(registry, "there");
        Artifact second = there.build(request(there, ADA), TestContext.patient());
        AgentSpec bob = ADA.toBuilder().bio("Explains chemistry").build();
        Artifact third = there.build(request(there, bob), TestContext.patient());

        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(third.digest()).isNotEqualTo(first.digest());
        assertThat(projects.installed).hasValue(1);
        assertThat(Files.readString(there.ownFiles(third).get(0))).contains("chemistry");
    }
}
