package io.agentlaunchpad.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** docs/properties.md is written from the metadata that editors read; {@code -Dgolden.update=true} writes it anew. */
class PropertiesPageTest {

    private static final Path PAGE = Path.of("../docs/properties.md");

    @Test
    void the_page_lists_every_property_with_type_default_and_meaning() throws IOException {
        String expected = page();
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(expected);
    }

    @Test
    void every_property_has_a_meaning() throws IOException {
        assertThat(properties())
                .isNotEmpty()
                .allSatisfy(property -> assertThat(property.path("description").asString(""))
                        .as(property.path("name").asString())
                        .isNotBlank());
    }

    private static String page() throws IOException {
        StringBuilder page = new StringBuilder("# Properties of the Spring Boot starter\n\n"
                + "Written from the starter's configuration metadata by `PropertiesPageTest`; change the javadoc there.\n"
                + "How they work together: [spring.md](spring.md).\n\n"
                + "| property | type | default | meaning |\n|---|---|---|---|\n");
        for (JsonNode property : properties()) {
            page.append("| `")
                    .append(property.path("name").asString())
                    .append("` | ")
                    .append(type(property.path("type").asString("")))
                    .append(" | ")
                    .append(fallback(property.path("defaultValue")))
                    .append(" | ")
                    .append(property.path("description").asString("").replace("|", "\\|"))
                    .append(" |\n");
        }
        return page.toString();
    }

    private static String type(String type) {
        return type.replaceAll("[a-zA-Z_]+[.$](?=[a-zA-Z_])", "").replace("<", "&lt;");
    }

    private static String fallback(JsonNode value) {
        if (value.isMissingNode() || (value.isArray() && value.isEmpty())) {
            return "";
        }
        return "`" + (value.isString() ? value.asString() : value.toString()) + "`";
    }

    private static List<JsonNode> properties() throws IOException {
        try (InputStream metadata =
                PropertiesPageTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            List<JsonNode> properties = new ArrayList<>();
            JsonMapper.shared()
                    .readTree(Objects.requireNonNull(metadata))
                    .path("properties")
                    .forEach(node -> {
                        if (node.path("name").asString().startsWith("launchpad")) {
                            properties.add(node);
                        }
                    });
            properties.sort(
                    java.util.Comparator.comparing(node -> node.path("name").asString()));
            return properties;
        }
    }
}
