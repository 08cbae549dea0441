package io.agentlaunchpad.k8s.manifest;

import static io.agentlaunchpad.k8s.manifest.Maps.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The variables of an agent's container. The values' Secret comes whole ({@code envFrom}), because who renders knows its
 * version and not its content; what stands here by name wins over it.
 */
final class Environment {

    static final String DATA = "/data";
    static final String TERMINATION_LOG = "/dev/termination-log";

    private static final Map<String, String> FIXED = new TreeMap<>(Map.of(
            "SERVER_HOST",
            "0.0.0.0",
            "SERVER_PORT",
            String.valueOf(Asked.PORT),
            "ELIZA_DATA_DIR",
            DATA,
            "PGLITE_DATA_DIR",
            DATA + "/.elizadb",
            "HOME",
            DATA,
            "ELIZA_UI_ENABLE",
            "false",
            "SENTRY_DSN",
            "off",
            "ELIZA_NO_AUTO_INSTALL",
            "true",
            "LOG_JSON_FORMAT",
            "true",
            "LAUNCHPAD_TERMINATION_LOG",
            TERMINATION_LOG));

    private static final List<String> OWN_SECRETS = List.of("ELIZA_SERVER_AUTH_TOKEN", "SERVER_API_KEY", "SECRET_SALT");

    private Environment() {}

    static @Nullable List<Object> from(Asked asked) {
        String version = asked.request().secretVersion();
        return version == null
                ? null
                : List.of(map("secretRef", map("name", asked.names().secrets(version))));
    }

    /** Variables that others are made of come first: Kubernetes replaces {@code $(NAME)} by what stands above. */
    static List<Object> of(Asked asked) {
        List<Object> all = new ArrayList<>();
        List<String> secrets = new ArrayList<>();
        String version = asked.request().secretVersion();
        if (version != null) {
            all.add(secret(Names.SECRET_NAMES, asked.names().secrets(version), Names.SECRET_NAMES));
            secrets.add("$(" + Names.SECRET_NAMES + ")");
        }
        asked.spec().secretRefs().forEach((name, ref) -> {
            if (FIXED.containsKey(name) || OWN_SECRETS.contains(name)) {
                asked.warnings().add("The secret " + name + " is not passed on: Launchpad sets that variable itself.");
                return;
            }
            all.add(secret(name, ref.name(), ref.key()));
            secrets.add(name);
        });
        FIXED.forEach((name, value) -> all.add(map("name", name, "value", value)));
        String identity = asked.names().identity();
        all.add(secret("ELIZA_SERVER_AUTH_TOKEN", identity, Names.IDENTITY_TOKEN));
        all.add(secret("SERVER_API_KEY", identity, Names.IDENTITY_TOKEN));
        all.add(secret("SECRET_SALT", identity, Names.IDENTITY_SALT));
        all.add(map("name", "LAUNCHPAD_SETTINGS", "value", String.join(",", secrets)));
        secrets.addAll(OWN_SECRETS);
        all.add(map("name", "LAUNCHPAD_SECRETS", "value", String.join(",", secrets)));
        TreeSet<String> waived = new TreeSet<>();
        asked.spec().waived().values().forEach(waived::addAll);
        if (!waived.isEmpty()) {
            all.add(map("name", "LAUNCHPAD_WAIVED", "value", String.join(",", waived)));
        }
        return all;
    }

    private static Map<String, Object> secret(String variable, String secret, String key) {
        return map("name", variable, "valueFrom", map("secretKeyRef", map("name", secret, "key", key)));
    }
}
