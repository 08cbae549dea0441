package io.agentlaunchpad.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Legal agents of every kind, from a seed: other scripts, emoji, empty lists, long texts, every channel and database.
 * The same seed gives the same agents on every machine.
 */
public final class SpecGenerator {

    private static final String[] FRAGMENTS = {
        "tide",
        "lamp",
        "ledger",
        "naïve",
        "Straße",
        "łódka",
        "Ωμέγα",
        "русский",
        "日本語",
        "한국어",
        "हिन्दी",
        "ไทย",
        "مرحبا",
        "שלום",
        "👩‍👩‍👧‍👦",
        "🗼",
        "e\u0301",
        "\u200d",
        "\u202e",
        "\ufeff",
        "𝔘𝔫𝔦",
        "\"quoted\"",
        "back\\slash",
        "line\nbreak",
        "tab\there",
        "\r\n",
        "</script>",
        "{{user1}}",
        "${HOME}",
        "$.path[0]",
        "'; --",
        "\u2028",
        "%s",
        "null",
        "true",
        "0",
        "\uffff",
        "\ue000"
    };

    private static final String[] PLUGINS = {
        "@elizaos/plugin-openai", "@elizaos/plugin-anthropic", "@elizaos/plugin-google-genai", "@elizaos/plugin-groq",
        "@elizaos/plugin-ollama", "@elizaos/plugin-openrouter", "@elizaos/plugin-knowledge", "@elizaos/plugin-mcp",
        "@elizaos/plugin-twitter", "@harbour/plugin-tides", "plugin-lamps", "@elizaos/plugin-sql"
    };

    private final Random random;

    public SpecGenerator(long seed) {
        random = new Random(seed);
    }

    /** The next agent. */
    public AgentSpec next() {
        return builder().build();
    }

    private AgentSpec.Builder builder() {
        AgentSpec.Builder builder = AgentSpec.named(name()).bio(texts(1, 5, 400));
        if (random.nextBoolean()) {
            builder.system(text(2_000)).description(text(80));
        }
        builder.lore(texts(0, 3, 200)).knowledge(texts(0, 4, 1_000)).adjectives(texts(0, 4, 30));
        builder.topics(texts(0, 4, 30)).postExample(texts(0, 2, 200));
        builder.style(new Style(List.of(texts(0, 2, 90)), List.of(texts(0, 2, 90)), List.of(texts(0, 1, 90))));
        for (int i = random.nextInt(3); i > 0; i--) {
            builder.messageExample(conversation());
        }
        plugins(builder);
        platform(builder);
        return builder;
    }

    private void plugins(AgentSpec.Builder builder) {
        List<String> left = new ArrayList<>(List.of(PLUGINS));
        boolean twice = random.nextInt(4) == 0;
        for (int i = random.nextInt(4); i > 0; i--) {
            String plugin = left.remove(random.nextInt(left.size()));
            builder.plugin(random.nextInt(4) == 0 ? plugin + "@" + random.nextInt(9) + ".0.1-rc." + i : plugin);
            for (int j = random.nextInt(3); j > 0; j--) {
                builder.setting(plugin, plugin.replaceAll("[^a-z]", "_") + "_OPTION_" + j, value(3));
            }
            if (twice) {
                builder.waive(plugin, "WAIVED_KEY_" + i);
            }
        }
    }

    private void platform(AgentSpec.Builder builder) {
        boolean server = random.nextInt(3) == 0;
        builder.database(server ? Database.POSTGRESQL : Database.PGLITE).web(random.nextInt(5) > 0);
        if (random.nextInt(3) == 0) {
            builder.discord(random.nextBoolean() ? "123456789012345678" : "1000000000000000");
        }
        if (random.nextInt(4) == 0) {
            builder.telegram();
        }
        if (random.nextBoolean()) {
            builder.cpu(random.nextInt(3_000) + 10 + "m");
            builder.memory(
                    random.nextBoolean() ? 64 + random.nextInt(9_000) + "Mi" : 100_000_000 + random.nextInt(99) + "");
        }
        if (random.nextInt(3) == 0) {
            builder.expose("agent-" + random.nextInt(99) + ".agents.example").egress("10.0.0.0/8:5432", "[::1]:80");
            builder.secretRef(
                    "REFERENCE_" + random.nextInt(9), SecretRef.of("some.secret", "key_" + random.nextInt(9)));
        }
        if (random.nextInt(3) == 0) {
            builder.secretNames("OPENAI_API_KEY", "SECRET_" + random.nextInt(9));
        }
    }

    private Message[] conversation() {
        Message[] turns = new Message[1 + random.nextInt(4)];
        for (int i = 0; i < turns.length; i++) {
            Message turn = Message.of(i % 2 == 0 ? "{{user1}}" : text(20), random.nextInt(9) == 0 ? "" : text(300));
            turns[i] = random.nextInt(4) > 0
                    ? turn
                    : new Message(turn.name(), turn.text(), text(50), List.of("REPLY"), List.of("TIME"));
        }
        return turns;
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> text(60);
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt();
            case 3 -> random.nextInt(3) == 0 ? 1e-7 * random.nextInt(99) : random.nextLong() >> 12;
            case 4 -> List.of(value(depth - 1), value(depth - 1));
            default -> {
                Map<String, Object> members = new LinkedHashMap<>();
                members.put("z" + random.nextInt(9), value(depth - 1));
                members.put("a " + FRAGMENTS[random.nextInt(12)], value(depth - 1));
                yield members;
            }
        };
    }

    private String name() {
        String letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
        StringBuilder out = new StringBuilder();
        for (int i = 3 + random.nextInt(48); i > 0; i--) {
            out.append(letters.charAt(random.nextInt(letters.length())));
        }
        return out.toString();
    }

    private String[] texts(int least, int most, int longest) {
        String[] out = new String[least + random.nextInt(most - least + 1)];
        for (int i = 0; i < out.length; i++) {
            out[i] = text(longest);
        }
        return out;
    }

    /** Never blank, at most so many characters; now and then as long as that. */
    private String text(int longest) {
        StringBuilder out = new StringBuilder("x");
        int length = random.nextInt(20) == 0 ? longest : random.nextInt(longest);
        while (out.length() < length) {
            String next = random.nextBoolean() ? " " : FRAGMENTS[random.nextInt(FRAGMENTS.length)];
            if (out.length() + next.length() > longest) {
                break;
            }
            out.append(next);
        }
        return out.toString();
    }
}
