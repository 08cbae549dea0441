package io.agentlaunchpad.local;

import io.agentlaunchpad.agent.Secrets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The variables of one agent's process. Nothing of the launcher's own environment goes in except what a program needs to
 * reach the world from this machine; its other variables may be someone's secrets.
 */
final class AgentEnvironment {

    private static final List<String> FROM_THE_LAUNCHER = List.of(
            "PATH",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TZ",
            "TMPDIR",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "ALL_PROXY",
            "http_proxy",
            "https_proxy",
            "no_proxy",
            "all_proxy",
            "NODE_USE_ENV_PROXY",
            "NODE_EXTRA_CA_CERTS",
            "NODE_USE_SYSTEM_CA",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR");

    private AgentEnvironment() {}

    /** All variables: the launcher's few, the secrets, then what Launchpad decides, which nobody overrides. */
    static Map<String, String> of(
            AgentFiles files, LocalObjects objects, AgentFiles.Identity identity, Secrets secrets, int port) {
        Map<String, String> all = new TreeMap<>();
        for (String name : FROM_THE_LAUNCHER) {
            String value = System.getenv(name);
            if (value != null) {
                all.put(name, value);
            }
        }
        all.putAll(secrets.revealAll());
        all.putAll(objects.environment());
        Path data = files.data().toAbsolutePath();
        all.put("HOME", data.toString());
        all.put("ELIZA_DATA_DIR", data.toString());
        all.put("PGLITE_DATA_DIR", files.database().toAbsolutePath().toString());
        all.put("SERVER_PORT", Integer.toString(port));
        all.put("ELIZA_SERVER_AUTH_TOKEN", identity.token());
        all.put("SERVER_API_KEY", identity.token());
        all.put("SECRET_SALT", identity.salt());
        all.put("LAUNCHPAD_PARENT", "stdin");
        all.put("LAUNCHPAD_LOG_FILE", files.log().toAbsolutePath().toString());
        String names = String.join(",", secrets.names());
        all.put("LAUNCHPAD_SETTINGS", names);
        all.put(
                "LAUNCHPAD_SECRETS",
                (names.isEmpty() ? "" : names + ",") + "ELIZA_SERVER_AUTH_TOKEN,SERVER_API_KEY,SECRET_SALT");
        return all;
    }
}
