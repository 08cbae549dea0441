package io.agentlaunchpad.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known about plugins: which settings they need, which of those are secret, and in which order they load.
 *
 * <p>The order is what ElizaOS 1.7 wants: sql, text-only model providers, providers with embeddings, ollama, plugins
 * nobody knows, platforms, bootstrap. Immutable.
 *
 * <pre>{@code
 * PluginCatalog.shipped().with(PluginInfo.fromPackageJson(json))
 * }</pre>
 */
public final class PluginCatalog {

    /** The database plugin, always first. */
    public static final String SQL = "@elizaos/plugin-sql";

    /** The plugin with the message loop, always last. */
    public static final String BOOTSTRAP = "@elizaos/plugin-bootstrap";

    private static final String SCOPE = "@elizaos/plugin-";
    private static final String RESOURCE = "/io/agentlaunchpad/project/plugins.json";

    private final Map<String, PluginInfo> plugins;

    private PluginCatalog(Map<String, PluginInfo> plugins) {
        this.plugins = Collections.unmodifiableMap(plugins);
    }

    /** The plugins that this version of Launchpad knows by heart. */
    public static PluginCatalog shipped() {
        return Shipped.CATALOG;
    }

    /** This and one more; a plugin known already gets the new settings and keeps rank, category and embeddings. */
    public PluginCatalog with(PluginInfo info) {
        PluginInfo known = plugins.get(info.name());
        Map<String, PluginInfo> more = new LinkedHashMap<>(plugins);
        more.put(
                info.name(),
                known == null
                        ? info
                        : new PluginInfo(
                                info.name(),
                                info.version(),
                                known.rank(),
                                known.category(),
                                known.embeddings(),
                                info.settings()));
        return new PluginCatalog(more);
    }

    /** What is known about a plugin, by its package name. */
    public Optional<PluginInfo> find(String name) {
        return Optional.ofNullable(plugins.get(name));
    }

    /** All of them. */
    public Collection<PluginInfo> all() {
        return plugins.values();
    }

    Set<String> names() {
        return plugins.keySet();
    }

    /** The full name that somebody probably means who writes {@code openai}. */
    Optional<String> expand(String shortName) {
        return Optional.of(SCOPE + shortName.replaceFirst("^plugin-", "")).filter(plugins::containsKey);
    }

    /**
     * Whether a value is a secret there: as its plugin declares; otherwise by the look of the setting's name, unless the
     * value is true or false.
     */
    public boolean secret(String plugin, String setting, JsonValue value) {
        return declared(plugin, setting)
                .map(SettingInfo::sensitive)
                .orElseGet(() -> SecretNames.nameLooksSecret(setting) && !(value instanceof JsonValue.Bool));
    }

    Optional<SettingInfo> declared(String plugin, String setting) {
        return find(plugin).flatMap(info -> info.setting(setting));
    }

    boolean channel(String plugin) {
        return find(plugin)
                .map(info -> info.category() == PluginInfo.Category.CHANNEL)
                .orElse(false);
    }

    /** In the order of loading: by rank, and within a rank as selected. Each name once, the first version wins. */
    List<PluginRef> ordered(List<PluginRef> selected) {
        Map<String, PluginRef> once = new LinkedHashMap<>();
        selected.forEach(plugin -> once.putIfAbsent(plugin.name(), plugin));
        List<PluginRef> ordered = new ArrayList<>(once.values());
        ordered.sort(Comparator.comparingInt(this::rank));
        return List.copyOf(ordered);
    }

    private int rank(PluginRef plugin) {
        return find(plugin.name()).map(PluginInfo::rank).orElse(PluginInfo.UNKNOWN_RANK);
    }

    private static final class Shipped {
        static final PluginCatalog CATALOG = load();

        private static PluginCatalog load() {
            try (InputStream in = PluginCatalog.class.getResourceAsStream(RESOURCE)) {
                if (in == null) {
                    throw new IllegalStateException("The jar lacks " + RESOURCE + ". Fix: build launchpad-core anew.");
                }
                return new PluginCatalog(PluginTable.read(JsonValue.read(in.readAllBytes())));
            } catch (IOException e) {
                throw new UncheckedIOException("The jar's " + RESOURCE + " cannot be read", e);
            }
        }
    }
}
