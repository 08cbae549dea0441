package io.agentlaunchpad.agent;

import io.agentlaunchpad.agent.Channels.Discord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An agent as it is being described, by a builder or a document: anything may still be wrong. Not thread-safe. */
final class AgentDraft {

    String name = "";
    String description = "";

    @Nullable
    String system;

    List<String> bio = new ArrayList<>();
    List<String> lore = new ArrayList<>();
    List<String> knowledge = new ArrayList<>();
    List<String> adjectives = new ArrayList<>();
    List<String> topics = new ArrayList<>();
    List<List<Message>> messageExamples = new ArrayList<>();
    List<String> postExamples = new ArrayList<>();
    Style style = Style.NONE;

    List<String> plugins = new ArrayList<>();

    /** By plugin, then by setting. */
    Map<String, Map<String, JsonValue>> settings = new TreeMap<>();

    /** By plugin: settings that stay away on purpose. */
    Map<String, Set<String>> waived = new TreeMap<>();

    /** Settings of an earlier spec: judged then, with the plugin metadata of then. */
    Map<String, Map<String, JsonValue>> accepted = Map.of();

    @Nullable
    String memory;

    @Nullable
    String cpu;

    int replicas = 1;

    @Nullable
    Discord discord;

    boolean telegram;
    boolean web = true;
    Database database = Database.PGLITE;

    @Nullable
    String host;

    List<String> egress = new ArrayList<>();
    Map<String, SecretRef> secretRefs = new TreeMap<>();
    Set<String> secretNames = new TreeSet<>();

    void setting(String plugin, String setting, JsonValue value) {
        settings.computeIfAbsent(plugin, name -> new TreeMap<>()).put(setting, value.sorted());
        Set<String> waivedHere = waived.get(plugin);
        if (waivedHere != null) {
            waivedHere.remove(setting);
        }
    }

    void waive(String plugin, String setting) {
        waived.computeIfAbsent(plugin, name -> new TreeSet<>()).add(setting);
        Map<String, JsonValue> settingsHere = settings.get(plugin);
        if (settingsHere != null) {
            settingsHere.remove(setting);
        }
    }

    Channels channels() {
        return new Channels(discord, telegram, web);
    }
}
