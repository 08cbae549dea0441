package io.agentlaunchpad.build.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ScanReport;
import io.agentlaunchpad.build.TestContext;
import io.agentlaunchpad.build.sbom.Sbom;
import io.agentlaunchpad.build.trivy.TrivyScanner;
import io.agentlaunchpad.spi.ArtifactBuilder;
import io.agentlaunchpad.spi.ArtifactScanner;
import io.agentlaunchpad.testbed.RealRegistry;
import io.agentlaunchpad.testbed.RealTrivy;
import io.agentlaunchpad.testbed.Registry;
import io.agentlaunchpad.testbed.Trivy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RealRegistry
@RealTrivy
class TarImageIT {

    private static final AgentSpec ADA =
            AgentSpec.named("ada").bio("Explains mathematics").build();

    @TempDir
    private Path temp;

    @Test
    void aTarIsScannedBeforeItGetsItsNameAndIsTheSameTheNextTime(Registry registry, Trivy trivy) throws Exception {
        Path file = temp.resolve("ada.tar");
        Path modules = Packages.small(temp);
        Artifact.Image image = build(registry, file, modules, "one");
        assertThat(image.tar()).isRegularFile().isNotEqualTo(file);
        assertThat(file).doesNotExist();

        ScanReport report = TrivyScanner.at(trivy.program())
                .cacheDirectory(trivy.cache())
                .offline()
                .resultsDirectory(temp.resolve("results"))
                .scan(new ArtifactScanner.Request(image, List.of(), Secrets.none()), TestContext.patient());
        assertThat(report.notScanned()).isNull();
        assertThat(report.findings()).isEmpty();

        JibImageBuilder builder = builder(registry, file, modules, "one");
        builder.publish(image, TestContext.patient());
        assertThat(file).isRegularFile();
        assertThat(Sbom.fromJson(Files.readString(temp.resolve("ada.tar.cdx.json")))
                        .packages())
                .contains("pkg:npm/minimist@1.2.8");
        assertThat(builder.sbom(image, TestContext.patient()))
                .contains(Files.readString(temp.resolve("ada.tar.cdx.json")));

        Artifact.Image again = build(registry, temp.resolve("again.tar"), modules, "two");
        assertThat(again.digest()).isEqualTo(image.digest());
    }

    private JibImageBuilder builder(Registry registry, Path file, Path modules, String cache) {
        return JibImageBuilder.toTar(file)
                .baseImage(registry.baseImage())
                .cacheDirectory(temp.resolve(cache))
                .projects(new GivenProjects(modules, "tar"));
    }

    private Artifact.Image build(Registry registry, Path file, Path modules, String cache) {
        JibImageBuilder builder = builder(registry, file, modules, cache);
        String lock = builder.resolve(ADA, null, TestContext.patient()).lock();
        return (Artifact.Image) builder.build(
                new ArtifactBuilder.Request(AgentId.of(Owner.LOCAL, "ada"), ADA, lock), TestContext.patient());
    }
}
