package io.agentlaunchpad.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.agentlaunchpad.Agent;
import io.agentlaunchpad.Launchpad;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.chaos.Evidence.Accepted;
import io.agentlaunchpad.chaos.Evidence.Kept;
import io.agentlaunchpad.chaos.Evidence.Known;
import io.agentlaunchpad.chaos.Evidence.Live;
import io.agentlaunchpad.chaos.Evidence.Stored;
import io.agentlaunchpad.chaos.Evidence.Told;
import io.agentlaunchpad.local.Stores;
import io.agentlaunchpad.operation.OperationId;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.AgentRow;
import io.agentlaunchpad.spi.OperationRow;
import io.agentlaunchpad.spi.Store;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks into the store, the cluster and the registry, each by its own means. */
final class Finder {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LABEL = "agentlaunchpad.io/agent";
    private static final int PAGE = 500;
    /** Final tags are 32 hex digits; provisional ones and those of bills of materials have other forms. */
    private static final String FINAL = "[0-9a-f]{32}";

    private final Place place;
    private final Path directory;
    private final String runtimeImage;
    private final HttpClient http = HttpClient.newHttpClient();

    Finder(Place place, Path directory, String runtimeImage) {
        this.place = place;
        this.directory = directory;
        this.runtimeImage = runtimeImage;
    }

    Evidence find(List<Accepted> accepted, HikariDataSource pool) throws IOException, InterruptedException {
        Store store = Place.store(pool);
        List<Stored> operations = operations(store);
        List<AgentRow> rows =
                store.<List<AgentRow>>read(tables -> tables.agents().list(null, null, 10_000));
        List<Known> agents = new ArrayList<>();
        Map<String, Map<String, String>> tags = new TreeMap<>();
        for (AgentRow row : rows) {
            agents.add(known(store, row));
            tags.put(row.id().value(), tags(row.name()));
        }
        return new Evidence(accepted, operations, agents, live(), tags, noticed());
    }

    private static List<Stored> operations(Store store) {
        return store.<List<Stored>>read(tables -> {
            List<Stored> all = new ArrayList<>();
            OperationId after = null;
            List<OperationRow> page;
            do {
                page = tables.operations().list(null, after, PAGE);
                for (OperationRow row : page) {
                    all.add(stored(row));
                    after = row.id();
                }
            } while (page.size() == PAGE);
            return all;
        });
    }

    private static Stored stored(OperationRow row) {
        OperationRow.Result result = row.result();
        var artifact = row.progress().artifact();
        return new Stored(
                row.id().value(),
                row.agentId().value(),
                launch(Objects.requireNonNull(row.ask().spec())),
                result == null ? null : result.outcome().name(),
                row.progress().target(),
                artifact == null ? null : artifact.digest());
    }

    private static Known known(Store store, AgentRow row) {
        AgentId id = row.id();
        return store.<Known>read(tables -> new Known(
                id.value(),
                row.latestRevision(),
                row.serving(),
                tables.releases().list(id).stream().map(Finder::kept).toList(),
                tables.events().list(id, 1, Integer.MAX_VALUE).stream()
                        .map(event -> new Told(
                                event.sequence(),
                                event.type().name(),
                                event.operationId() == null
                                        ? null
                                        : event.operationId().value()))
                        .toList()));
    }

    private static Kept kept(Release release) {
        return new Kept(
                release.revision(), launch(release.spec()), release.artifact().digest());
    }

    /** Each launch says its number in the agent's bio, see {@link Stream}. */
    private static int launch(AgentSpec spec) {
        String bio = spec.personality().bio().get(0);
        return Integer.parseInt(bio.substring(Stream.BIO.length()));
    }

    private Map<String, Live> live() throws IOException, InterruptedException {
        Map<String, List<Kept>> records = records();
        Map<String, JsonNode> deployments = new TreeMap<>();
        Map<String, List<String>> ready = new TreeMap<>();
        Map<String, List<String>> others = new TreeMap<>();
        Map<String, List<String>> rollouts = new TreeMap<>();
        for (JsonNode item :
                kubectl("get", "deployments,replicasets,pods", "-o", "json").path("items")) {
            String agent = item.path("metadata").path("labels").path(LABEL).asText();
            switch (item.path("kind").asText()) {
                case "Deployment" -> deployments.put(agent, item);
                case "ReplicaSet" -> add(rollouts, agent, image(item.at("/spec/template/spec")));
                case "Pod" -> {
                    boolean leaving = item.at("/metadata/deletionTimestamp").isTextual();
                    if (!leaving && !agent.isEmpty()) {
                        add(isReady(item) ? ready : others, agent, image(item.path("spec")));
                    }
                }
                default -> throw new IllegalStateException("Nobody asked for " + item.path("kind"));
            }
        }
        Set<String> all = new HashSet<>(deployments.keySet());
        List.of(ready, others, rollouts, records).forEach(each -> all.addAll(each.keySet()));
        Map<String, Live> live = new TreeMap<>();
        for (String agent : all) {
            JsonNode deployment = deployments.get(agent);
            live.put(
                    agent,
                    new Live(
                            deployment == null ? null : revision(deployment),
                            deployment == null ? null : image(deployment.at("/spec/template/spec")),
                            ready.getOrDefault(agent, List.of()),
                            others.getOrDefault(agent, List.of()),
                            rollouts.getOrDefault(agent, List.of()),
                            records.getOrDefault(agent, List.of())));
        }
        return live;
    }

    /** The cluster's own records of releases, as a Launchpad with another store finds them. */
    private Map<String, List<Kept>> records() {
        Map<String, List<Kept>> records = new TreeMap<>();
        try (Launchpad stranger = place.launchpad(Stores.inMemory(), runtimeImage, directory.resolve("cache"))
                .workers(0)
                .build()) {
            for (Agent agent : stranger.adopt(Place.PLATFORM)) {
                records.put(
                        agent.id().value(),
                        agent.releases().stream().map(Finder::kept).toList());
            }
        }
        return records;
    }

    private static @Nullable Integer revision(JsonNode deployment) {
        String revision = deployment
                .at("/metadata/annotations")
                .path("agentlaunchpad.io/revision")
                .asText();
        return revision.isEmpty() ? null : Integer.valueOf(revision);
    }

    private static String image(JsonNode podSpec) {
        String image = podSpec.at("/containers/0/image").asText();
        return image.substring(image.indexOf('@') + 1);
    }

    private static boolean isReady(JsonNode pod) {
        for (JsonNode condition : pod.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static void add(Map<String, List<String>> lists, String key, String value) {
        lists.computeIfAbsent(key, any -> new ArrayList<>()).add(value);
    }

    /** Digest by final tag. */
    private Map<String, String> tags(String agentName) throws IOException, InterruptedException {
        Map<String, String> found = new TreeMap<>();
        String repository = "/v2/" + place.repository(agentName);
        HttpResponse<String> listed = ask("GET", repository + "/tags/list");
        if (listed.statusCode() == 404) {
            return found;
        }
        for (JsonNode tag : JSON.readTree(listed.body()).path("tags")) {
            if (tag.asText().matches(FINAL)) {
                HttpResponse<String> manifest = ask("HEAD", repository + "/manifests/" + tag.asText());
                found.put(
                        tag.asText(),
                        manifest.headers().firstValue("Docker-Content-Digest").orElse("none"));
            }
        }
        return found;
    }

    private HttpResponse<String> ask(String method, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://" + place.registry() + path))
                        .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    JsonNode kubectl(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(
                "kubectl",
                "--kubeconfig",
                place.kubeconfig().toString(),
                "--context",
                place.context(),
                "--namespace",
                place.namespace()));
        all.addAll(List.of(words));
        Path out = directory.resolve("kubectl.out");
        Path err = directory.resolve("kubectl.err");
        Process process = new ProcessBuilder(all)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("kubectl " + String.join(" ", words) + " failed: "
                    + Files.readString(err).strip());
        }
        return words[words.length - 1].equals("json") ? JSON.readTree(out.toFile()) : JSON.createObjectNode();
    }

    private Set<String> noticed() throws IOException {
        Path file = directory.resolve("notices");
        return Files.exists(file) ? new HashSet<>(Files.readAllLines(file)) : Set.of();
    }
}
