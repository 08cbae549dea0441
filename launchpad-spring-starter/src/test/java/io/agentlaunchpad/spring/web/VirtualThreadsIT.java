package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADA;
import static io.agentlaunchpad.spring.web.TestServer.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.Filter;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The API on virtual threads, which Java 17 has not: in a process of its own. */
class VirtualThreadsIT {

    @Test
    @EnabledIfEnvironmentVariable(
            named = "LAUNCHPAD_TEST_OTHER_JAVA",
            matches = ".+",
            disabledReason = "NOT RUN (no other Java)")
    void requests_streams_and_shutdown_work_on_virtual_threads(@TempDir Path home) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getenv("LAUNCHPAD_TEST_OTHER_JAVA"), "bin", "java")
                                .toString(),
                        "-cp",
                        System.getProperty("java.class.path")
                                + File.pathSeparator
                                + System.getProperty("surefire.test.class.path", ""),
                        VirtualThreadsIT.class.getName(),
                        home.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

        assertThat(said).contains("VIRTUAL VirtualThread[", "LAUNCHED 202", "HEARD event:OPERATION_QUEUED", "CLOSED");
        assertThat(process.exitValue()).isZero();
    }

    /** In the other Java: one launch, one stream, one end. */
    public static void main(String[] arguments) throws Exception {
        try (TestServer server =
                TestServer.start(Path.of(arguments[0]), App.class, "spring.threads.virtual.enabled=true")) {
            TestServer.Answer created = server.call("POST", "/agents", ADMIN, ADA);
            System.out.println("LAUNCHED " + created.status());
            System.out.println("VIRTUAL " + App.THREAD.get());
            String id = created.json().path("agentId").asString();
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                    server.stream("/agents/" + id + "/events", ADMIN).body(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("event:")) {
                        System.out.println("HEARD " + line);
                        break;
                    }
                }
            }
        }
        System.out.println("CLOSED");
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        private static final AtomicReference<String> THREAD = new AtomicReference<>("none");

        /** Sees the thread that a request has. */
        @Bean
        Filter witness() {
            return (request, response, chain) -> {
                THREAD.set(Thread.currentThread().toString());
                chain.doFilter(request, response);
            };
        }
    }
}
