package io.agentlaunchpad.benchmarks.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What Launchpad asked of the API server, by the server's own audit log. */
final class Audit {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Audit() {}

    /**
     * Requests of Launchpad in a namespace since then, by verb and resource. Watches are counted when they begin.
     *
     * @param since the log's time is this machine's
     */
    static Map<String, Integer> requests(String namespace, Instant since) throws IOException, InterruptedException {
        // The server writes an entry when it has answered; the last answers may be a moment old.
        Thread.sleep(500);
        Map<String, Integer> counted = new TreeMap<>();
        try (Stream<String> lines =
                Files.lines(Path.of(Corner.variable("LAUNCHPAD_TEST_AUDIT_LOG")), StandardCharsets.UTF_8)) {
            for (String line : (Iterable<String>) lines.filter(each -> each.contains(namespace))::iterator) {
                JsonNode entry = JSON.readTree(line);
                // What takes long, such as a watch or a proxied request, is written down twice.
                String stage = entry.path("verb").asText().equals("watch") ? "ResponseStarted" : "ResponseComplete";
                if (entry.path("stage").asText().equals(stage)
                        && entry.path("userAgent").asText().equals("launchpad")
                        && entry.at("/objectRef/namespace").asText().equals(namespace)
                        && !Instant.parse(entry.path("requestReceivedTimestamp").asText())
                                .isBefore(since)) {
                    String sub = entry.at("/objectRef/subresource").asText("");
                    counted.merge(
                            entry.path("verb").asText() + " "
                                    + entry.at("/objectRef/resource").asText() + (sub.isEmpty() ? "" : "/" + sub),
                            1,
                            Integer::sum);
                }
            }
        }
        return counted;
    }

    static int sum(Map<String, Integer> counted) {
        return counted.values().stream().mapToInt(Integer::intValue).sum();
    }
}
