package io.agentlaunchpad.agent;

import io.agentlaunchpad.agent.Channels.Discord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a document of the wire format into a draft and its secrets. Judges keys and types only, not the values. */
final class AgentReader {

    private final AgentDraft draft;
    private final SecretsDraft secrets;
    private final PluginCatalog catalog;
    private final boolean looks;
    private final Problems problems;

    /** @param looks whether a setting that no plugin declares is a secret when its name looks like one */
    AgentReader(AgentDraft draft, SecretsDraft secrets, PluginCatalog catalog, boolean looks, Problems problems) {
        this.draft = draft;
        this.secrets = secrets;
        this.catalog = catalog;
        this.looks = looks;
        this.problems = problems;
    }

    void read(JsonValue json) {
        if (!(json instanceof JsonValue.Obj)) {
            Fields.wrong("$", json, "an object in { }", problems);
            return;
        }
        Fields root = Fields.of("$", json, problems).only(Keys.ROOT);
        draft.name = or(root.text("agentName"), "");
        draft.description = or(root.text("description"), "");
        personality(root.fields("personality").only(Keys.PERSONALITY));
        draft.plugins = root.texts("selectedPlugins");
        // Names first: whether a secret is kept or removed elsewhere depends on them.
        secrets(root.fields("secrets"));
        pluginConfigs(root.fields("pluginConfigs"));
        resources(root.fields("resources").only(Keys.RESOURCES));
        platforms(root.fields("platforms").only(Keys.PLATFORMS));
        database(root.fields("database").only(Keys.DATABASE));
        draft.host = root.fields("expose").only(Keys.EXPOSE).text("host");
        if (root.has("expose") && draft.host == null && !problems.at("$.expose.host")) {
            problems.add("$.expose.host", "The host is missing.", "write a DNS name, or remove \"expose\".");
        }
        draft.egress = root.texts("egress");
    }

    private void personality(Fields personality) {
        draft.system = personality.text("system");
        // ElizaOS takes a single text for bio, so we do.
        draft.bio = personality.get("bio") instanceof JsonValue.Text text
                ? new ArrayList<>(List.of(text.value()))
                : personality.texts("bio");
        draft.lore = personality.texts("lore");
        draft.knowledge = personality.texts("knowledge");
        draft.adjectives = personality.texts("adjectives");
        draft.topics = personality.texts("topics");
        draft.postExamples = personality.texts("postExamples");
        Fields style = personality.fields("style").only(Keys.STYLE);
        draft.style = new Style(style.texts("all"), style.texts("chat"), style.texts("post"));
        personality.each("messageExamples", (path, conversation) -> {
            List<Message> turns = new ArrayList<>();
            Fields.each(path, conversation, problems, (place, turn) -> turns.add(message(place, turn)));
            draft.messageExamples.add(turns);
        });
    }

    private Message message(String path, JsonValue json) {
        Fields turn = Fields.of(path, json, problems).only(Keys.MESSAGE);
        Fields content = turn.fields("content").only(Keys.CONTENT);
        if (!turn.has("content")) {
            problems.add(turn.path("content"), "The content is missing.", "write {\"text\": \"…\"}.");
        } else if (!content.has("text")) {
            problems.add(content.path("text"), "The text is missing.", "write the words of this turn.");
        }
        if (!turn.has("name")) {
            problems.add(turn.path("name"), "The speaker is missing.", "write the agent's name or {{user1}}.");
        }
        return new Message(
                or(turn.text("name"), ""),
                or(content.text("text"), ""),
                content.text("thought"),
                content.texts("actions"),
                content.texts("providers"));
    }

    private void secrets(Fields fields) {
        fields.members().forEach((name, json) -> {
            SecretRules.name(fields.path(name), name, problems);
            secrets.put(fields.path(name), name, json);
        });
    }

    private void pluginConfigs(Fields configs) {
        for (Map.Entry<String, JsonValue> config : configs.members().entrySet()) {
            String plugin = config.getKey();
            Fields settings = configs.fields(plugin);
            settings.members().forEach((name, json) -> setting(settings.path(name), plugin, name, json));
        }
    }

    private void setting(String path, String plugin, String name, JsonValue json) {
        boolean empty = json == JsonValue.Null.NULL;
        if (empty) {
            draft.waive(plugin, name);
        }
        boolean masked = json.equals(new JsonValue.Text(Shown.MASK));
        boolean known = catalog.declared(plugin, name).isPresent();
        if (masked || ((known || looks) && catalog.secret(plugin, name, json))) {
            SecretRules.name(path, name, problems);
            secrets.put(path, name, json);
        } else if (!empty) {
            draft.setting(plugin, name, json);
        }
    }

    private void resources(Fields resources) {
        draft.memory = resources.amount("memory");
        draft.cpu = resources.amount("cpu");
        draft.replicas = or(resources.whole("replicas"), 1);
    }

    private void platforms(Fields platforms) {
        if (platforms.has("discord")) {
            Fields discord = platforms.fields("discord").only(Keys.DISCORD);
            draft.discord = new Discord(discord.text("applicationId"));
            token(discord, Channels.DISCORD_TOKEN);
        }
        if (platforms.has("telegram")) {
            draft.telegram = true;
            token(platforms.fields("telegram").only(Keys.TELEGRAM), Channels.TELEGRAM_TOKEN);
        }
        draft.web = or(platforms.fields("web").only(Keys.WEB).flag("enabled"), true);
    }

    private void token(Fields channel, String secret) {
        JsonValue token = channel.members().get("token");
        if (token != null) {
            secrets.put(channel.path("token"), secret, token);
        }
    }

    private void database(Fields database) {
        String kind = database.text("kind");
        if (kind != null) {
            Database.ofWire(kind)
                    .ifPresentOrElse(
                            known -> draft.database = known,
                            () -> problems.add(
                                    "$.database.kind",
                                    "The kind " + Shown.quoted(kind) + " is unknown.",
                                    "write pglite or postgresql."));
        }
    }

    private static <T> T or(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }
}
