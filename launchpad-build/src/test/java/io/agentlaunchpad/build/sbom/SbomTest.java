package io.agentlaunchpad.build.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.artifact.ImageRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SbomTest {

    private static final ImageRef IMAGE =
            new ImageRef("registry.example", "agents/ada", null, "sha256:" + "a".repeat(64));

    @TempDir
    private Path temp;

    private List<ObjectNode> packages() throws Exception {
        Path modules = temp.resolve("node_modules");
        write(modules.resolve("zod"), "{\"name\":\"zod\",\"version\":\"3.1.0\",\"license\":\"MIT\"}");
        write(
                modules.resolve("@elizaos/core"),
                "{\"name\":\"@elizaos/core\",\"version\":\"1.7.2+x\",\"license\":\"(MIT OR Apache-2.0)\"}");
        write(
                modules.resolve("@elizaos/core/node_modules/zod"),
                "{\"name\":\"zod\",\"version\":\"3.1.0\",\"license\":\"MIT\"}");
        write(modules.resolve("odd"), "{\"name\":\"odd\",\"version\":\"1.0.0\",\"license\":\"SEE LICENSE IN FILE\"}");
        write(
                modules.resolve("older"),
                "{\"name\":\"older\",\"version\":\"1.0.0\",\"licenses\":[{\"type\":\"BSD-3-Clause\"}]}");
        write(modules.resolve("none"), "{\"name\":\"none\",\"version\":\"1.0.0\"}");
        return new ArrayList<>(
                NpmTree.components(modules, Map.of("node_modules/zod", "sha512-" + "A".repeat(86) + "==")));
    }

    private static void write(Path folder, String manifest) throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("package.json"), manifest);
    }

    @Test
    void theReferenceImplementationFindsNoFault() throws Exception {
        List<ObjectNode> components = packages();
        components.add(Components.debian("libc6", "2.36-9+deb12u10", "amd64", "debian", "12"));
        components.add(Components.imageBelow(IMAGE, "base", "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"));
        components.add(Components.file("character.json", "b".repeat(64)));
        String json = Sbom.of(IMAGE, "ada", components).toJson();
        assertThat(new JsonParser().validate(json.getBytes(), Version.VERSION_16))
                .isEmpty();
        assertThat(new JsonParser().parse(json.getBytes()).getComponents()).hasSize(8);
    }

    @Test
    void aBrokenDocumentWouldBeFound() throws Exception {
        String json = Sbom.of(IMAGE, "ada", packages()).toJson().replace("\"library\"", "\"thing\"");
        assertThat(new JsonParser().validate(json.getBytes(), Version.VERSION_16))
                .isNotEmpty();
    }

    @Test
    void packagesHavePurlLicenceHashAndPlaceAndACopyIsNoSecondPackage() throws Exception {
        Sbom sbom = Sbom.of(IMAGE, "ada", packages());
        assertThat(sbom.packages())
                .contains("pkg:npm/zod@3.1.0", "pkg:npm/%40elizaos/core@1.7.2%2Bx")
                .doesNotHaveDuplicates();
        assertThat(sbom.toJson())
                .contains("\"alg\":\"SHA-512\"")
                .contains("{\"license\":{\"id\":\"MIT\"}}")
                .contains("{\"expression\":\"(MIT OR Apache-2.0)\"}")
                .contains("{\"license\":{\"name\":\"SEE LICENSE IN FILE\"}}")
                .contains("node_modules/@elizaos/core/node_modules/zod");
    }

    @Test
    void theSameImageGivesTheSameBytes() throws Exception {
        assertThat(Sbom.of(IMAGE, "ada", packages()).toJson())
                .isEqualTo(Sbom.of(IMAGE, "ada", packages()).toJson());
    }
}
