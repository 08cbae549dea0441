package io.agentlaunchpad.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

class OpenApiTest {

    private static final Path DOCUMENT = Path.of("../docs/openapi.json");

    @Test
    void the_document_that_is_checked_in_describes_the_running_controllers(@TempDir Path home) throws IOException {
        try (TestServer server = TestServer.start(home)) {
            String running = OpenApi.of(
                    server.context()
                            .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                            .getHandlerMethods(),
                    "/launchpad/api");
            if (Boolean.getBoolean("golden.update")) {
                Files.writeString(DOCUMENT, running);
            }
            assertThat(Files.readString(DOCUMENT)).isEqualTo(running);
            List<String> names = new ArrayList<>();
            Wire.tree(running)
                    .path("paths")
                    .forEach(path -> path.forEach(
                            operation -> names.add(operation.path("operationId").asString())));
            assertThat(names).as("clients are generated with these names").doesNotHaveDuplicates();
        }
    }
}
