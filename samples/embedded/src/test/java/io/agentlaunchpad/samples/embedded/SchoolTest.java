package io.agentlaunchpad.samples.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentlaunchpad.FakeArtifacts;
import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.FreePort;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.Owner;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The application as it starts for users, over HTTP; its agents live on a platform in memory. */
class SchoolTest {

    @TempDir
    private Path directory;

    private ConfigurableApplicationContext school;
    private Launchpad launchpad;
    private JdbcClient database;
    private int port;

    @BeforeEach
    void start() throws Exception {
        port = FreePort.any();
        school = new SpringApplicationBuilder(School.class, InMemory.class)
                .properties(
                        "server.port=" + port,
                        "server.address=127.0.0.1",
                        "spring.main.banner-mode=off",
                        "spring.security.user.password=chalk",
                        "launchpad.home=" + directory)
                .run("--spring.datasource.url=jdbc:h2:file:" + directory.resolve("records"), "--school.model-key=k");
        launchpad = school.getBean(Launchpad.class);
        database = JdbcClient.create(school.getBean(DataSource.class));
    }

    @AfterEach
    void stop() {
        school.close();
    }

    @Test
    void a_pupil_gets_a_tutor_and_the_school_hears_when_it_is_there() throws Exception {
        HttpResponse<String> enrolled = call("POST", "/pupils", "{\"name\": \"Mia\", \"credit\": 25}");
        assertThat(enrolled.statusCode()).as(enrolled.body()).isEqualTo(201);
        JsonNode pupil = json(enrolled);
        String place = enrolled.headers().firstValue("Location").orElseThrow();
        assertThat(pupil.path("credit").asInt()).isEqualTo(15);
        assertThat(launchpad
                        .fleet(Owner.of("pupil-" + pupil.path("id").asLong()))
                        .all())
                .singleElement()
                .satisfies(agent -> assertThat(agent.id().value())
                        .isEqualTo(pupil.path("tutor").asString()));

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                json(call("GET", place, null)).path("tutorNews").asString(""))
                        .contains("succeeded"));
        JsonNode answer = json(call("POST", place + "/questions", "{\"text\": \"What is a loop?\"}"));
        assertThat(answer.path("text").asString()).isEqualTo("Hello yourself");
    }

    @Test
    void what_the_school_takes_back_was_never_asked_of_launchpad() throws Exception {
        HttpResponse<String> refused = call("POST", "/pupils", "{\"name\": \"Tom\", \"credit\": 5}");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);

        assertThat(count("PUBLIC.pupils")).isZero();
        assertThat(launchpad.fleet().all()).isEmpty();
        for (String table : List.of("operations", "agents", "events", "audit")) {
            assertThat(count("\"launchpad\"." + table)).as(table).isZero();
        }
    }

    @Test
    void its_logins_and_migrations_are_its_own() throws Exception {
        HttpResponse<String> stranger = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address("/pupils/1")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(call("GET", "/launchpad/api/agents", null).statusCode())
                .as("no API unless asked for")
                .isEqualTo(404);
        assertThat(database.sql("SELECT \"script\" FROM PUBLIC.\"flyway_schema_history\" WHERE \"version\" IS NOT NULL")
                        .query(String.class)
                        .list())
                .containsExactly("V1__pupils.sql");
    }

    private int count(String table) {
        return database.sql("SELECT count(*) FROM " + table)
                .query(Integer.class)
                .single();
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        String login = Base64.getEncoder().encodeToString("teacher:chalk".getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(address(path))
                .header("Authorization", "Basic " + login)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    @Configuration(proxyBeanMethods = false)
    static class InMemory {

        @Bean
        FakePlatform memory() {
            return new FakePlatform();
        }

        @Bean
        FakeArtifacts nothing() {
            return new FakeArtifacts();
        }
    }
}
