package io.agentlaunchpad.k8s.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.AgentSpec;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.artifact.Artifact;
import io.agentlaunchpad.artifact.ImageRef;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Errand;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Refusals;
import io.agentlaunchpad.k8s.client.Selection;
import io.agentlaunchpad.k8s.client.Trees;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.k8s.manifest.Manifest;
import io.agentlaunchpad.k8s.manifest.Manifests;
import io.agentlaunchpad.k8s.manifest.Names;
import io.agentlaunchpad.release.Release;
import io.agentlaunchpad.spi.Platform.Found;
import io.agentlaunchpad.spi.WorkContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accepted releases of an agent, kept beside it: one Secret each, so that a Launchpad with another store finds them. */
public final class Records {

    /** How many releases of an agent are kept. */
    static final int KEPT = 10;

    static final String TYPE = "agentlaunchpad.io/release";

    private static final Logger LOG = LoggerFactory.getLogger(Records.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY = "release";
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final int LOOKS = 25;

    private final Api api;
    private final String namespace;

    public Records(Api api, String namespace) {
        this.api = api;
        this.namespace = namespace;
    }

    /**
     * Writes a release down, where a quota has room for it or the oldest record's room is enough. Doing it again changes
     * nothing.
     */
    public void write(Release release) {
        WorkContext errand = Errand.within(LIMIT);
        Names names = Names.of(release.agentId());
        String name = names.release(release.revision());
        Map<String, String> labels = new TreeMap<>(Labels.of(release.agentId()));
        labels.put(Labels.REVISION, String.valueOf(release.revision()));
        ObjectNode tree = Trees.secret(
                name,
                TYPE,
                labels,
                annotations(release),
                false,
                Map.of(KEY, packed(json(release).toString())));
        String path = Paths.of(namespace, "v1", "Secret", name);
        // The name is ours by its form; whoever made it is told by the server, should it be a stranger's.
        Call call = Call.apply(path, tree.toString(), true, false);
        Answer written = api.call(call, () -> {}, errand);
        if (full(written) && forgetOld(release.agentId(), KEPT - 1, errand)) {
            written = onceSettled(call, errand);
        }
        if (!written.ok()) {
            LaunchpadException refused = Refusals.of(written, "Secret/" + name);
            if (!full(written)) {
                throw refused;
            }
            // The agent is as it was asked to be, perhaps stopped: that is not taken back for want of room.
            LOG.warn("Release {} is not recorded beside its agent: {}", release.revision(), refused.getMessage());
        }
        if (release.revision() > KEPT) {
            forgetOld(release.agentId(), KEPT, errand);
        }
    }

    private static boolean full(Answer answer) {
        return answer.status() == 403 && answer.message().contains("exceeded quota");
    }

    /** A quota's books are settled a moment after a Secret is gone. */
    private Answer onceSettled(Call call, WorkContext context) {
        Answer answer = api.call(call, () -> {}, context);
        for (int looks = 1; full(answer) && looks < LOOKS; looks++) {
            Api.pause(LOOK_AGAIN, context);
            answer = api.call(call, () -> {}, context);
        }
        return answer;
    }

    /** The agents of the namespace with their releases, newest first. */
    public List<Found> survey(WorkContext context) {
        String selector = Labels.MANAGED_BY + "=" + Labels.LAUNCHPAD + "," + Labels.REVISION;
        Map<String, List<JsonNode>> byAgent = new TreeMap<>();
        for (JsonNode secret : list(selector, context)) {
            read(secret)
                    .ifPresent(
                            json -> byAgent.computeIfAbsent(json.path("agent").asText(), key -> new ArrayList<>())
                                    .add(json));
        }
        List<Found> found = new ArrayList<>();
        byAgent.values().forEach(all -> {
            List<Release> releases = all.stream()
                    .map(Records::release)
                    .sorted(Comparator.comparing(Release::revision).reversed())
                    .toList();
            found.add(new Found(Owner.of(all.get(0).path("owner").asText()), releases));
        });
        return found;
    }

    /** Whether some went. */
    private boolean forgetOld(AgentId agentId, int kept, WorkContext context) {
        List<JsonNode> all = new ArrayList<>();
        list(Labels.selector(agentId) + "," + Labels.REVISION, context).forEach(all::add);
        all.sort(Comparator.comparing(Records::revision).reversed());
        List<JsonNode> over = all.subList(Math.min(kept, all.size()), all.size());
        for (JsonNode old : over) {
            JsonNode metadata = old.path("metadata");
            String path =
                    Paths.of(namespace, "v1", "Secret", metadata.path("name").asText());
            api.call(Call.delete(path, metadata.path("uid").asText()), () -> {}, context);
        }
        return !over.isEmpty();
    }

    private Iterable<JsonNode> list(String selector, WorkContext context) {
        Answer answer = api.ask(Call.get(Paths.of(namespace, "v1", "Secret") + Selection.labels(selector)), context);
        if (!answer.ok()) {
            throw Refusals.of(answer, "The list of releases");
        }
        return answer.json().path("items");
    }

    private static int revision(JsonNode secret) {
        return secret.path("metadata").path("labels").path(Labels.REVISION).asInt();
    }

    private static Optional<JsonNode> read(JsonNode secret) {
        try {
            byte[] data = Trees.data(secret).get(KEY);
            return data == null ? Optional.empty() : Optional.of(JSON.readTree(unpacked(data)));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn(
                    "The release in {} cannot be read: {}",
                    secret.path("metadata").path("name").asText(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static ObjectNode json(Release release) {
        ObjectNode json = JSON.createObjectNode();
        json.put("form", 1)
                .put("agent", release.agentId().value())
                .put("owner", annotations(release).getOrDefault(Labels.OWNER, Owner.LOCAL.id()))
                .put("revision", release.revision())
                .put("spec", release.spec().toJson())
                .put("objects", release.objects())
                .put("secretVersion", release.secretVersion())
                .put("replicas", release.run().replicas())
                .put("generation", release.run().generation())
                .put("createdAt", release.createdAt().toString());
        if (release.artifact() instanceof Artifact.Image image) {
            Path tar = image.tar();
            json.put("image", image.ref().toString()).put("tar", tar == null ? null : tar.toString());
        }
        return json;
    }

    private static Release release(JsonNode json) {
        String tar = json.path("tar").asText("");
        String secrets = json.path("secretVersion").asText("");
        return new Release(
                new AgentId(json.path("agent").asText()),
                json.path("revision").asInt(),
                AgentSpec.fromJson(json.path("spec").asText()),
                new Artifact.Image(
                        ImageRef.parse(json.path("image").asText()),
                        json.path("tar").isTextual() ? Path.of(tar) : null),
                json.path("objects").asText(),
                json.path("secretVersion").isTextual() ? secrets : null,
                new Release.Run(
                        json.path("replicas").asInt(), json.path("generation").asInt()),
                Instant.parse(json.path("createdAt").asText()));
    }

    private static Map<String, String> annotations(Release release) {
        return Manifests.read(release.objects()).stream()
                .filter(Manifest::workload)
                .findFirst()
                .map(workload -> Trees.texts(workload.tree().path("metadata").path("annotations")))
                .orElse(Map.of());
    }

    private static byte[] packed(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String unpacked(byte[] data) throws IOException {
        try (GZIPInputStream zip = new GZIPInputStream(new ByteArrayInputStream(data))) {
            return new String(zip.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
