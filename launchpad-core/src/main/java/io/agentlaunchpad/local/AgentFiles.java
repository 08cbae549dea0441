package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.internal.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Where one agent's things are: {@code <home>/agents/<id>}. */
record AgentFiles(Path home, AgentId id) {

    private static final SecureRandom RANDOM = new SecureRandom();

    static Path allOf(Path home) {
        return home.resolve("agents");
    }

    Path directory() {
        return allOf(home).resolve(id.value());
    }

    /** What the agent writes. */
    Path data() {
        return directory().resolve("data");
    }

    /** The embedded database, where the agent uses it. */
    Path database() {
        return data().resolve(".elizadb");
    }

    Path log() {
        return directory().resolve("logs").resolve("agent.log");
    }

    Path secrets() {
        return directory().resolve("secrets");
    }

    Path copies() {
        return directory().resolve("backups");
    }

    boolean exist() {
        return Files.isDirectory(directory());
    }

    void make() {
        LocalFiles.makePrivate(data());
        LocalFiles.makePrivate(directory().resolve("logs"));
    }

    Optional<LocalState> state() {
        return LocalFiles.read(directory().resolve("state.json")).map(json -> Json.read(json, LocalState.class));
    }

    void write(LocalState state) {
        LocalFiles.replace(directory().resolve("state.json"), Json.write(state));
    }

    /** The agent's identity, made on first use and kept for its life. */
    Identity identity() {
        Path file = directory().resolve("identity.json");
        return LocalFiles.read(file)
                .map(json -> Json.read(json, Identity.class))
                .orElseGet(() -> {
                    Identity fresh = new Identity(random(), random());
                    LocalFiles.replace(file, Json.write(fresh));
                    return fresh;
                });
    }

    Optional<Identity> identityIfAny() {
        return LocalFiles.read(directory().resolve("identity.json")).map(json -> Json.read(json, Identity.class));
    }

    private static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Secrets that Launchpad itself gives an agent.
     *
     * @param token opens its API
     * @param salt encrypts what it stores; another one makes stored secrets unreadable
     */
    record Identity(String token, String salt) {

        @Override
        public String toString() {
            return "Identity[***]";
        }
    }

    /** Removes everything of the agent; of its secrets these versions. Returns what could not be removed. */
    List<String> delete(Predicate<String> versions) {
        List<String> left = new ArrayList<>();
        for (String entry : LocalFiles.names(directory())) {
            Path path = directory().resolve(entry);
            if (!path.equals(secrets())) {
                left.addAll(LocalFiles.deleteTree(path));
            }
        }
        for (String entry : LocalFiles.names(secrets())) {
            if (versions.test(LocalSecrets.versionOf(entry))) {
                left.addAll(LocalFiles.deleteTree(secrets().resolve(entry)));
            }
        }
        LocalFiles.deleteIfEmpty(secrets());
        LocalFiles.deleteIfEmpty(directory());
        return left;
    }
}
