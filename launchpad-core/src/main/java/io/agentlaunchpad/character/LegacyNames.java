package io.agentlaunchpad.character;

import io.agentlaunchpad.agent.PluginCatalog;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the model providers, clients and plugins of ElizaOS 0.x are called in 1.x. */
final class LegacyNames {

    private static final String SCOPE = "@elizaos/plugin-";

    /** Providers whose 0.x name is not the name of their plugin. */
    private static final Map<String, String> PROVIDERS =
            Map.of("google", "google-genai", "gemini", "google-genai", "claude", "anthropic");

    private static final Pattern PLUGIN =
            Pattern.compile("(?:@elizaos|@elizaos-plugins|@ai16z)/(?:client|plugin|adapter)-([a-z0-9-]+)");

    private final PluginCatalog catalog;

    LegacyNames(PluginCatalog catalog) {
        this.catalog = catalog;
    }

    Optional<String> provider(String name) {
        String key = key(name);
        return known(PROVIDERS.getOrDefault(key, key));
    }

    /** The plugin of a client: {@code discord}, {@code Clients.DISCORD}, {@code @elizaos-plugins/client-discord}. */
    Optional<String> client(String name) {
        return plugin(name).or(() -> known(key(name).replaceFirst("^.*\\.", "")));
    }

    Optional<String> plugin(String name) {
        Matcher matcher = PLUGIN.matcher(name.toLowerCase(Locale.ROOT));
        return matcher.matches() ? known(PROVIDERS.getOrDefault(matcher.group(1), matcher.group(1))) : Optional.empty();
    }

    private Optional<String> known(String word) {
        return Optional.of(SCOPE + word).filter(name -> catalog.find(name).isPresent());
    }

    private static String key(String name) {
        return name.trim().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
