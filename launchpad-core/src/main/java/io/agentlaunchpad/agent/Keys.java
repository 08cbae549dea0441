package io.agentlaunchpad.agent;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every key of the wire format, by the object it stands in: the one list that reading, order and docs share. */
final class Keys {

    static final List<String> ROOT = List.of(
            "agentName",
            "description",
            "personality",
            "selectedPlugins",
            "pluginConfigs",
            "resources",
            "platforms",
            "secrets",
            "database",
            "expose",
            "egress");
    static final List<String> PERSONALITY = List.of(
            "system", "bio", "lore", "knowledge", "adjectives", "topics", "messageExamples", "postExamples", "style");
    static final List<String> STYLE = List.of("all", "chat", "post");
    static final List<String> MESSAGE = List.of("name", "content");
    static final List<String> CONTENT = List.of("text", "thought", "actions", "providers");
    static final List<String> RESOURCES = List.of("memory", "cpu", "replicas");
    static final List<String> PLATFORMS = List.of("discord", "telegram", "web");
    static final List<String> DISCORD = List.of("token", "applicationId");
    static final List<String> TELEGRAM = List.of("token");
    static final List<String> WEB = List.of("enabled");
    static final List<String> SECRET = List.of("ref");
    static final List<String> REF = List.of("name", "key");
    static final List<String> DATABASE = List.of("kind");
    static final List<String> EXPOSE = List.of("host");

    private Keys() {}

    /** Every key as a path without the {@code $.}, lists as {@code []}, names of the caller's choice as {@code *}. */
    static List<String> all() {
        Map<String, List<String>> objects = new TreeMap<>();
        objects.put("", ROOT);
        objects.put("personality.", PERSONALITY);
        objects.put("personality.style.", STYLE);
        objects.put("personality.messageExamples[][].", MESSAGE);
        objects.put("personality.messageExamples[][].content.", CONTENT);
        objects.put("resources.", RESOURCES);
        objects.put("platforms.", PLATFORMS);
        objects.put("platforms.discord.", DISCORD);
        objects.put("platforms.telegram.", TELEGRAM);
        objects.put("platforms.web.", WEB);
        objects.put("secrets.*.", SECRET);
        objects.put("secrets.*.ref.", REF);
        objects.put("database.", DATABASE);
        objects.put("expose.", EXPOSE);
        return objects.entrySet().stream()
                .flatMap(object -> object.getValue().stream().map(key -> object.getKey() + key))
                .toList();
    }

    /** Where a path's first key stands in the document. */
    static int rank(String path) {
        String first = path.replaceFirst("^\\$\\.?", "").replaceFirst("[.\\[].*", "");
        int rank = ROOT.indexOf(first);
        return rank < 0 ? -1 : rank;
    }
}
