package io.agentlaunchpad.agent;

import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Hides secret values in a text, also as they look inside JSON and inside a URL; values shorter than 4 characters stay,
 * because they stand in ordinary words. For platforms that pass on an agent's log: the runner masks it, this is the second
 * fence. Immutable.
 */
public final class Masking {

    private static final int SHORTEST = 4;

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
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST) {
                String quoted = TextNode.valueOf(secret).toString();
                all.add(secret);
                all.add(quoted.substring(1, quoted.length() - 1));
                all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
                all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"));
            }
        }
        return new Masking(List.copyOf(all));
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
