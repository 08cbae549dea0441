package io.agentlaunchpad.agent;

import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Hides secret values in a text, also as they look inside JSON and inside a URL, without the white space around them, on
 * one line, and line by line; values shorter than 4 characters stay, because they stand in ordinary words. For platforms
 * that pass on an agent's log: the runner masks it, this is the second fence. Immutable.
 */
public final class Masking {

    private static final int SHORTEST = 4;
    private static final int SHORTEST_LINE = 8;
    private static final Pattern JSON = Pattern.compile("\\s*[{\\[]");
    private static final Pattern PEM_FRAME = Pattern.compile("-----(?:BEGIN|END) ");

    private final List<String> forms;

    private Masking(List<String> forms) {
        this.forms = forms;
    }

    /** Hides nothing. */
    public static Masking none() {
        return new Masking(List.of());
    }

    /** Hides these values. */
    public static Masking of(Collection<String> secrets) {
        TreeSet<String> all = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        secrets.stream()
                .flatMap(secret -> Stream.concat(spellings(secret).stream(), lines(secret).stream()))
                .filter(form -> form.length() >= SHORTEST)
                .forEach(form -> {
                    String quoted = TextNode.valueOf(form).toString();
                    all.add(form);
                    all.add(quoted.substring(1, quoted.length() - 1));
                    all.add(URLEncoder.encode(form, StandardCharsets.UTF_8));
                    all.add(URLEncoder.encode(form, StandardCharsets.UTF_8).replace("+", "%20"));
                });
        return new Masking(List.copyOf(all));
    }

    /** A value as it is, as programs trim it, and as a message has it in one line. */
    public static Set<String> spellings(String secret) {
        String trimmed = secret.strip();
        return new LinkedHashSet<>(List.of(secret, trimmed, trimmed.replaceAll("\\s+", " ")));
    }

    /**
     * The lines of a value that are long enough to be no word; not those that frame every key in PEM, and none of JSON, whose lines
     * stand in many documents.
     */
    private static List<String> lines(String secret) {
        if (JSON.matcher(secret).lookingAt()) {
            return List.of();
        }
        return secret.lines()
                .map(String::strip)
                .filter(line -> line.length() >= SHORTEST_LINE
                        && !PEM_FRAME.matcher(line).lookingAt())
                .toList();
    }

    /** The text with {@code ***} for each value. */
    public String mask(String text) {
        String masked = text;
        for (String form : forms) {
            masked = masked.replace(form, "***");
        }
        return masked;
    }
}
