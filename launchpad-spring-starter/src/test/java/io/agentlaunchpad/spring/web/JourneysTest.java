package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.jdbc.Counted;
import io.agentlaunchpad.spring.security.Role;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** What the most frequent question costs where the records are in a database. */
class JourneysTest {

    @Test
    void a_status_is_one_look_for_the_key_and_one_for_the_agent(@TempDir Path home) {
        Counted counted;
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl("jdbc:h2:file:" + home.resolve("records"));
            counted = Counted.of(pool);
            App.database = counted.dataSource();
            try (TestServer server = TestServer.start(home, App.class, "launchpad.store.kind=jdbc")) {
                String key = server.key("anna", Role.USER, null);
                String stranger = server.key("bob", Role.USER, null);
                String path = "/agents/"
                        + server.call("POST", "/agents", key, ADA)
                                .json()
                                .path("agentId")
                                .asString()
                        + "/status";
                assertThat(server.call("GET", path, stranger, null).status()).isEqualTo(404);

                List<String> journeys = counted.journeys(() ->
                        assertThat(server.call("GET", path, key, null).status()).isEqualTo(200));

                assertThat(journeys).hasSize(2);
                assertThat(journeys.get(0)).contains("api_keys");
                assertThat(journeys.get(1)).contains("agents");
            }
        }
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        static DataSource database;

        @Bean
        DataSource database() {
            return database;
        }
    }
}
