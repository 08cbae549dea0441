package io.agentlaunchpad.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent talks: wire key {@code platforms}. Their tokens are secrets and stand in {@link Secrets}.
 *
 * @param discord Discord, or null
 * @param telegram whether it talks on Telegram
 * @param web whether the message API stays reachable
 */
public record Channels(@Nullable Discord discord, boolean telegram, boolean web) {

    /** The secret that holds the Discord token. */
    public static final String DISCORD_TOKEN = "DISCORD_API_TOKEN";

    /** The secret that holds the Telegram token. */
    public static final String TELEGRAM_TOKEN = "TELEGRAM_BOT_TOKEN";

    /** The setting that holds Discord's application id. */
    public static final String DISCORD_APPLICATION = "DISCORD_APPLICATION_ID";

    static final String DISCORD_PLUGIN = "@elizaos/plugin-discord";
    static final String TELEGRAM_PLUGIN = "@elizaos/plugin-telegram";

    /**
     * The Discord channel.
     *
     * @param applicationId the bot's application id, 15–22 digits; null where a plugin setting or secret names it
     */
    public record Discord(@Nullable String applicationId) {}

    /** The bot's application id, if the channel names it. */
    public Optional<String> discordApplicationId() {
        return Optional.ofNullable(discord).map(Discord::applicationId);
    }

    /** Whether a bot account of a platform is used: such an agent has one replica, or it would answer twice. */
    public boolean bots() {
        return discord != null || telegram;
    }

    /** The plugins that these channels need. */
    public List<PluginRef> plugins() {
        List<PluginRef> plugins = new ArrayList<>();
        if (discord != null) {
            plugins.add(PluginRef.parse(DISCORD_PLUGIN));
        }
        if (telegram) {
            plugins.add(PluginRef.parse(TELEGRAM_PLUGIN));
        }
        return List.copyOf(plugins);
    }
}
