package io.agentlaunchpad.k8s.operate;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Hides secret values in log lines, also as they look inside JSON and inside a URL. The runner does the same; this is the second fence. */
final class Masking {

    /** Shorter values stand in ordinary words. */
    private static final int SHORTEST = 4;

    private final List<String> forms;

    private Masking(List<String> forms) {
        this.forms = forms;
    }

    static Masking of(Collection<String> secrets) {
        TreeSet<String> all = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST) {
                String quoted = com.fasterxml.jackson.databind.node.TextNode.valueOf(secret)
                        .toString();
                all.add(secret);
                all.add(quoted.substring(1, quoted.length() - 1));
                all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
                all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"));
            }
        }
        return new Masking(List.copyOf(all));
    }

    String mask(String text) {
        String masked = text;
        for (String form : forms) {
            masked = masked.replace(form, "***");
        }
        return masked;
    }
}
