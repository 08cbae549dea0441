package io.agentlaunchpad.k8s.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Run with {@code -Dgolden.update=true} to write the files anew; then read the difference. */
class GoldenManifestsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/manifests");

    @TestFactory
    Stream<DynamicTest> objects_are_those_of_the_golden_file() {
        return Samples.all().entrySet().stream()
                .map(sample -> DynamicTest.dynamicTest(
                        sample.getKey(),
                        () -> check(
                                GOLDEN.resolve(sample.getKey() + ".yaml"),
                                sample.getValue().apply("agents"))));
    }

    @TestFactory
    Stream<DynamicTest> objects_are_read_as_they_were_written() {
        return Samples.all().entrySet().stream()
                .map(sample -> DynamicTest.dynamicTest(sample.getKey(), () -> {
                    List<Manifest> manifests = sample.getValue().apply("agents").manifests();
                    String text = Manifests.write(manifests);

                    assertThat(Manifests.write(Manifests.read(text))).isEqualTo(text);
                    assertThat(Manifests.read(text))
                            .hasSameSizeAs(manifests)
                            .allMatch(read -> manifests.stream()
                                    .anyMatch(written -> written.toString().equals(read.toString())));
                    assertThat(Manifests.write(sample.getValue().apply("agents").manifests()))
                            .isEqualTo(text);
                }));
    }

    private static void check(Path file, Rendering rendering) throws IOException {
        String yaml =
                rendering.warnings().stream().map(line -> "# " + line + "\n").collect(Collectors.joining())
                        + rendering.manifests().stream()
                                .map(manifest -> Serialization.asYaml(Manifests.sorted(manifest.tree())))
                                .map(text -> text.startsWith("---") ? text : "---\n" + text)
                                .collect(Collectors.joining());
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, yaml);
        }
        assertThat(yaml).isEqualTo(Files.readString(file));
    }
}
