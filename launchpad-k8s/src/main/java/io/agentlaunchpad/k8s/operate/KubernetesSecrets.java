package io.agentlaunchpad.k8s.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.k8s.client.Answer;
import io.agentlaunchpad.k8s.client.Api;
import io.agentlaunchpad.k8s.client.Call;
import io.agentlaunchpad.k8s.client.Errand;
import io.agentlaunchpad.k8s.client.Paths;
import io.agentlaunchpad.k8s.client.Refusals;
import io.agentlaunchpad.k8s.client.Selection;
import io.agentlaunchpad.k8s.client.Trees;
import io.agentlaunchpad.k8s.manifest.Labels;
import io.agentlaunchpad.k8s.manifest.Names;
import io.agentlaunchpad.spi.SecretStore;
import io.agentlaunchpad.spi.WorkContext;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Secret values as immutable Secrets of the agent's namespace, one per version. A version's name is random: a name made
 * from the values would let anyone who sees it try guesses.
 */
public final class KubernetesSecrets implements SecretStore {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Api api;
    private final String namespace;
    private final Runnable makeNamespace;

    /** @param makeNamespace runs before the first write into a namespace that may be absent */
    public KubernetesSecrets(Api api, String namespace, Runnable makeNamespace) {
        this.api = api;
        this.namespace = namespace;
        this.makeNamespace = makeNamespace;
    }

    @Override
    public String put(AgentId agentId, Secrets secrets) {
        WorkContext errand = Errand.within(LIMIT);
        Map<String, String> values = secrets.revealAll();
        makeNamespace.run();
        String version = "v" + String.format("%016x", RANDOM.nextLong());
        Map<String, String> labels = new TreeMap<>(Labels.of(agentId));
        labels.put(Selection.VALUES, version);
        Map<String, byte[]> data = new TreeMap<>();
        values.forEach((name, value) -> data.put(name, value.getBytes(StandardCharsets.UTF_8)));
        String names = String.join(",", new TreeSet<>(values.keySet()));
        data.put(Names.SECRET_NAMES, names.getBytes(StandardCharsets.UTF_8));
        String name = Names.of(agentId).secrets(version);
        String tree = Trees.secret(name, "Opaque", labels, Map.of(), true, data).toString();
        Answer made = api.call(Call.create(Paths.of(namespace, "v1", "Secret"), tree), () -> {}, errand);
        // Its name is new: whatever exists under it is what an attempt before this one made.
        if (!made.ok() && !made.reason().equals("AlreadyExists")) {
            throw Refusals.of(made, "Secret/" + name);
        }
        return version;
    }

    @Override
    public Set<String> versions(AgentId agentId) {
        Set<String> versions = new HashSet<>();
        for (JsonNode secret : list(agentId, Errand.within(LIMIT))) {
            if (legal(version(secret))) {
                versions.add(version(secret));
            }
        }
        return versions;
    }

    @Override
    public Secrets reveal(AgentId agentId, String version) {
        if (legal(version)) {
            Answer found = api.ask(Call.get(path(agentId, version)), Errand.within(LIMIT));
            if (found.ok() && version.equals(version(found.json()))) {
                return Secrets.of(values(found.json()));
            }
            if (!found.ok() && !found.missing()) {
                throw Refusals.of(found, "Secret/" + Names.of(agentId).secrets(version));
            }
        }
        throw new NotFoundException(
                "SECRETS_NOT_FOUND",
                "Agent " + agentId + " has no secrets of version " + version + " in namespace " + namespace + ".",
                "launch the agent again with its secrets.",
                null);
    }

    @Override
    public void forget(AgentId agentId, String version) {
        if (!legal(version)) {
            return;
        }
        WorkContext errand = Errand.within(LIMIT);
        Answer found = api.ask(Call.get(path(agentId, version)), errand);
        if (!found.ok()) {
            return;
        }
        String uid = found.json().path("metadata").path("uid").asText();
        Answer gone = api.call(Call.delete(path(agentId, version), uid), () -> {}, errand);
        if (!gone.ok() && !gone.missing() && gone.status() != 409) {
            throw Refusals.of(gone, "Secret/" + Names.of(agentId).secrets(version));
        }
    }

    /** Every value that the agent has or had, for masking. */
    Iterable<JsonNode> list(AgentId agentId, WorkContext context) {
        String selector = Labels.selector(agentId) + "," + Selection.VALUES;
        Answer found = api.ask(Call.get(Paths.of(namespace, "v1", "Secret") + Selection.labels(selector)), context);
        if (!found.ok()) {
            throw Refusals.of(found, "The list of Secrets");
        }
        return found.json().path("items");
    }

    /** Values by name. */
    static Map<String, String> values(JsonNode secret) {
        Map<String, String> values = new TreeMap<>();
        Trees.data(secret).forEach((name, value) -> values.put(name, new String(value, StandardCharsets.UTF_8)));
        values.remove(Names.SECRET_NAMES);
        return values;
    }

    static String version(JsonNode secret) {
        return secret.path("metadata").path("labels").path(Selection.VALUES).asText();
    }

    private String path(AgentId agentId, String version) {
        return Paths.of(namespace, "v1", "Secret", Names.of(agentId).secrets(version));
    }

    static boolean legal(String version) {
        return version.matches("v[0-9a-f]{16}");
    }
}
