package io.agentlaunchpad.benchmarks.server;

import io.agentlaunchpad.FakeArtifacts;
import io.agentlaunchpad.FakePlatform;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.Keyring;
import io.agentlaunchpad.spring.security.Role;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;

/**
 * A server with 10,000 agents on PostgreSQL, whose platform is in memory, so that what is measured is the API. Beside it, in the same
 * process and on the same pool, the bare endpoints.
 *
 * <p>Arguments: port, and a file for the API key that the load comes with. The database is that of LAUNCHPAD_TEST_POSTGRES.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(BareController.class)
public class LoadServer {

    static final String SCHEMA = "bench_server";

    @Bean
    FakePlatform memory() {
        return new FakePlatform();
    }

    @Bean
    FakeArtifacts artifacts() {
        return new FakeArtifacts();
    }

    public static void main(String[] args) throws Exception {
        URI postgres = URI.create(System.getenv("LAUNCHPAD_TEST_POSTGRES"));
        String[] login = postgres.getUserInfo().split(":", 2);
        String url = "jdbc:postgresql://" + postgres.getHost() + ":" + postgres.getPort() + postgres.getPath();
        drop(url, login);
        SpringApplication app = new SpringApplication(LoadServer.class);
        app.addListeners((ApplicationListener<ContextClosedEvent>) closed -> drop(url, login));
        app.setDefaultProperties(Map.ofEntries(
                Map.entry("server.port", args[0]),
                Map.entry("server.address", "127.0.0.1"),
                Map.entry("spring.datasource.url", url),
                Map.entry("spring.datasource.username", login[0]),
                Map.entry("spring.datasource.password", login[1]),
                Map.entry("spring.datasource.hikari.maximum-pool-size", "20"),
                Map.entry("launchpad.store.schema", SCHEMA),
                Map.entry(
                        "launchpad.home",
                        Files.createTempDirectory("launchpad-bench").toString()),
                Map.entry("launchpad.workers", "2"),
                Map.entry("launchpad.web.enabled", "true"),
                Map.entry("launchpad.web.base-path", "/api"),
                Map.entry("launchpad.web.streams.per-caller", "500"),
                // The limits are checked and never reached.
                Map.entry("launchpad.security.rate.reads-per-minute", "100000000"),
                Map.entry("launchpad.security.rate.changes-per-minute", "100000000"),
                Map.entry("launchpad.security.rate.changes-per-quarter-hour", "100000000")));
        ConfigurableApplicationContext context = app.run();
        Agents.fill(context.getBean(Store.class), context.getBean(FakePlatform.class));
        String key = context.getBean(Keyring.class)
                .issue("load", Owner.LOCAL, Role.ADMIN, Role.ADMIN.permissions(), null)
                .value();
        Files.writeString(Path.of(args[1]), key);
        System.out.println("READY");
    }

    private static void drop(String url, String[] login) {
        try (Connection connection = DriverManager.getConnection(url, login[0], login[1]);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
