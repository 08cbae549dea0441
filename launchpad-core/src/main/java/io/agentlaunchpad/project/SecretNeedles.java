package io.agentlaunchpad.project;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.agentlaunchpad.agent.Masking;
import io.agentlaunchpad.agent.Secrets;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** An agent's own secret values in every dress in which they could stand in a file. */
final class SecretNeedles {

    /** Shorter values are words such as {@code true}; finding them everywhere helps nobody. */
    static final int SHORTEST = 6;

    private final List<Needle> all;
    private final int longest;

    /** @param text the bytes to find, one per character */
    record Needle(String name, String dress, String text) {

        String rule() {
            return "value of " + name + dress;
        }
    }

    private SecretNeedles(List<Needle> all) {
        this.all = List.copyOf(all);
        this.longest =
                all.stream().mapToInt(needle -> needle.text().length()).max().orElse(0);
    }

    static SecretNeedles of(Secrets secrets) {
        List<Needle> needles = new ArrayList<>();
        secrets.revealAll().forEach((name, value) -> {
            Set<String> seen = new LinkedHashSet<>();
            Masking.spellings(value).stream()
                    .filter(spelling -> spelling.length() >= SHORTEST)
                    .forEach(spelling -> dressed(name, spelling, seen, needles));
        });
        return new SecretNeedles(needles);
    }

    List<Needle> all() {
        return all;
    }

    int longest() {
        return longest;
    }

    private static void dressed(String name, String value, Set<String> seen, List<Needle> into) {
        add(name, "", value, seen, into);
        add(name, " (JSON-escaped)", new String(JsonStringEncoder.getInstance().quoteAsString(value)), seen, into);
        add(name, " (JSON-escaped)", asciiJson(value), seen, into);
        String form = URLEncoder.encode(value, StandardCharsets.UTF_8);
        add(name, " (URL-encoded)", form, seen, into);
        add(name, " (URL-encoded)", form.replace("+", "%20"), seen, into);
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= 2 * SHORTEST) {
            for (int shift = 0; shift < 3; shift++) {
                String inside = insideBase64(bytes, shift);
                add(name, " (Base64)", inside, seen, into);
                add(name, " (Base64)", inside.replace('+', '-').replace('/', '_'), seen, into);
            }
        } else {
            String whole = Base64.getEncoder().encodeToString(bytes);
            add(name, " (Base64)", whole, seen, into);
        }
    }

    private static void add(String name, String dress, String text, Set<String> seen, List<Needle> into) {
        String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (seen.add(bytes)) {
            into.add(new Needle(name, dress, bytes));
        }
    }

    /** The characters that stand for these bytes alone, wherever they fall within a longer encoded text. */
    private static String insideBase64(byte[] bytes, int shift) {
        byte[] padded = new byte[bytes.length + shift];
        System.arraycopy(bytes, 0, padded, shift, bytes.length);
        String encoded = Base64.getEncoder().withoutPadding().encodeToString(padded);
        int skip = shift == 0 ? 0 : shift + 1;
        int whole = padded.length / 3 * 4;
        return encoded.substring(skip, Math.max(skip, whole));
    }

    private static String asciiJson(String value) {
        StringBuilder out = new StringBuilder();
        for (char c : new String(JsonStringEncoder.getInstance().quoteAsString(value)).toCharArray()) {
            out.append(c < 128 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return out.toString();
    }
}
