package io.agentlaunchpad.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Secrets;
import io.agentlaunchpad.error.DeployException;
import io.agentlaunchpad.error.NotFoundException;
import io.agentlaunchpad.error.StoreException;
import io.agentlaunchpad.internal.Json;
import io.agentlaunchpad.spi.SecretStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Secret values in files that only this user may read, one file per version. A version's name is random: a name made from
 * the values would let anyone who sees it try guesses.
 */
final class LocalSecrets implements SecretStore {

    private static final TypeReference<Map<String, String>> VALUES = new TypeReference<>() {};
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ENDING = ".json";
    private static final int TRIES = 3;

    private final Path home;

    LocalSecrets(Path home) {
        this.home = home;
    }

    @Override
    public String put(AgentId agentId, Secrets secrets) {
        Path folder = new AgentFiles(home, agentId).secrets();
        for (int tries = 1; ; tries++) {
            String version = "v" + String.format("%016x", RANDOM.nextLong());
            try {
                LocalFiles.makePrivate(folder);
                LocalFiles.replace(folder.resolve(version + ENDING), Json.write(secrets.revealAll()));
                return version;
            } catch (DeployException e) {
                // A delete of the agent may have taken the directory away in between, or a file that was not finished.
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Also those whose files were never finished: a delete takes them too. */
    @Override
    public Set<String> versions(AgentId agentId) {
        return LocalFiles.names(new AgentFiles(home, agentId).secrets()).stream()
                .map(LocalSecrets::versionOf)
                .collect(Collectors.toSet());
    }

    /** The version to which a file belongs, finished or not. */
    static String versionOf(String file) {
        int dot = file.indexOf('.');
        return dot < 0 ? file : file.substring(0, dot);
    }

    @Override
    public Secrets reveal(AgentId agentId, String version) {
        return find(new AgentFiles(home, agentId).secrets(), version)
                .map(Secrets::of)
                .orElseThrow(() -> new NotFoundException(
                        "SECRETS_NOT_FOUND",
                        "Agent " + agentId + " has no secrets of version " + version + " below " + home + ".",
                        "launch the agent again with its secrets.",
                        null));
    }

    @Override
    public void forget(AgentId agentId, String version) {
        if (legal(version)) {
            List<String> left = LocalFiles.deleteTree(
                    new AgentFiles(home, agentId).secrets().resolve(version + ENDING));
            if (!left.isEmpty()) {
                throw new StoreException(
                        "SECRETS_LEFT",
                        "A version of the secrets of " + agentId + " could not be removed: " + left.get(0) + ".",
                        "remove that file.",
                        null);
            }
            AgentFiles files = new AgentFiles(home, agentId);
            LocalFiles.deleteIfEmpty(files.secrets());
            LocalFiles.deleteIfEmpty(files.directory());
        }
    }

    private static Optional<Map<String, String>> find(Path folder, String version) {
        return legal(version)
                ? LocalFiles.read(folder.resolve(version + ENDING)).map(LocalSecrets::parse)
                : Optional.empty();
    }

    private static boolean legal(String version) {
        return version.matches("v[0-9a-f]{16}");
    }

    private static Map<String, String> parse(String json) {
        try {
            return Json.mapper().readValue(json, VALUES);
        } catch (JsonProcessingException e) {
            // Its message would show what stands in the file.
            throw new StoreException(
                    "SECRETS_UNREADABLE",
                    "A file of secrets cannot be read.",
                    "launch the agent again with its secrets.",
                    null);
        }
    }
}
