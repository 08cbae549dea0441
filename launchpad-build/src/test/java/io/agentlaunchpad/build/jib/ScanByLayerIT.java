package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.Finding;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.trivy.TrivyScanner;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.RealTrivy;
import io.agentlaunchpad.testbed.Registry;
import io.agentlaunchpad.testbed.Trivy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RealRegistry
@RealTrivy
class ScanByLayerIT {

    /** Looks like a key of a cloud, and opens nothing. */
    private static final String KEY = "AKIA" + "QYLPMN5HHHFPZAM2";

    @TempDir
    private Path temp;

    @Test
    void findingsSayWhoseLayerTheyAreInAndTheRuntimeIsScannedOnce(Registry registry, Trivy trivy) throws Exception {
        Path modules = Packages.small(temp);
        Files.writeString(
                modules.resolve("minimist/package.json"),
                "{\"name\":\"minimist\",\"version\":\"1.2.5\",\"license\":\"MIT\"}\n");
        JibImageBuilder builder = JibImageBuilder.pushingTo(registry.repository())
                .baseImage(registry.baseImage())
                .cacheDirectory(temp.resolve("cache"))
                .projects(new GivenProjects(modules, "vulnerable"));
        TrivyScanner scanner = TrivyScanner.at(trivy.program())
                .cacheDirectory(trivy.cache())
                .offline()
                .resultsDirectory(temp.resolve("results"));

        TestContext first = TestContext.patient();
        ScanReport ada = scanner.scan(request(builder, "ada", "Explains mathematics"), first);
        assertThat(ada.notScanned()).isNull();
        assertThat(ada.findings())
                .extracting(Finding::id, Finding::layer)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("CVE-2021-44906", Finding.Layer.RUNTIME));
        assertThat(first.told()).anyMatch(line -> line.startsWith("scanning the runtime image"));

        TestContext second = TestContext.patient();
        ScanReport bob = scanner.scan(request(builder, "bob", "aws_access_key_id = " + KEY), second);
        assertThat(second.told())
                .anyMatch(line -> line.startsWith("using the scan of the runtime image"))
                .noneMatch(line -> line.startsWith("scanning the runtime image"));
        assertThat(bob.findings())
                .extracting(Finding::layer)
                .containsExactly(Finding.Layer.RUNTIME, Finding.Layer.AGENT);
        Finding leak = bob.findings().get(1);
        assertThat(leak.kind()).isEqualTo(Finding.Kind.SECRET);
        assertThat(leak.toString()).doesNotContain(KEY);
    }

    private static ArtifactScanner.Request request(JibImageBuilder builder, String name, String bio) {
        AgentSpec spec = AgentSpec.named(name).bio(bio).build();
        String lock = builder.resolve(spec, null, TestContext.patient()).lock();
        Artifact image = builder.build(
                new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, name), spec, lock), TestContext.patient());
        return new ArtifactScanner.Request(image, builder.ownFiles(image), Secrets.none());
    }
}
