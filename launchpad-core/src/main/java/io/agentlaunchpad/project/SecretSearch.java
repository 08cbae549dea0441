package io.agentlaunchpad.project;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;

/**
 * One search through one stream, window by window. Windows overlap by the longest match of interest, so nothing is lost
 * between two of them; a little text before each window stays visible to the patterns that look behind.
 */
final class SecretSearch {

    private static final int WINDOW = 1 << 17;
    private static final int BEFORE = 256;
    private static final int EXCERPT = 32;
    private static final int MOST_PER_FILE = 100;

    private final String path;
    private final SecretNeedles needles;
    private final int overlap;
    private final Map<String, Long> ends = new HashMap<>();
    private final TreeMap<Long, SecretLeaks.Leak> found = new TreeMap<>();
    private final Map<Long, Long> spans = new HashMap<>();
    private int line = 1;

    SecretSearch(String path, SecretNeedles needles) {
        this.path = path;
        this.needles = needles;
        this.overlap = Math.max(SecretRules.MAX_LENGTH, needles.longest());
    }

    List<SecretLeaks.Leak> run(InputStream content) throws IOException {
        byte[] buffer = new byte[WINDOW + overlap];
        String text = "";
        long offset = 0; // of text's first byte in the stream
        int fresh = 0; // index in text from which matches count
        boolean more = true;
        while (more && found.size() < MOST_PER_FILE) {
            int read = content.readNBytes(buffer, 0, buffer.length);
            more = read == buffer.length;
            text = text + new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
            int settled = more ? text.length() - overlap : text.length();
            look(text, offset, fresh, settled);
            int cut = Math.max(0, settled - BEFORE);
            line += count(text, 0, cut);
            offset += cut;
            fresh = settled - cut;
            text = text.substring(cut);
        }
        return new ArrayList<>(found.values());
    }

    /** Notes the matches that start at {@code from} or later and before {@code to}. */
    private void look(String text, long offset, int from, int to) {
        for (SecretNeedles.Needle needle : needles.all()) {
            String wanted = needle.text();
            for (int at = text.indexOf(wanted, from); at >= 0 && at < to; at = text.indexOf(wanted, at + 1)) {
                note(text, offset, at, at + wanted.length(), needle.rule(), true);
            }
        }
        for (SecretRules.Rule rule : SecretRules.ALL) {
            if (rule.worthTrying(text)) {
                look(text, offset, from, to, rule);
            }
        }
    }

    private void look(String text, long offset, int from, int to, SecretRules.Rule rule) {
        String id = rule.name() + rule.pattern();
        int start = (int) Math.max(from, Math.min(text.length(), ends.getOrDefault(id, 0L) - offset));
        Matcher matcher = rule.pattern().matcher(text);
        matcher.useTransparentBounds(true);
        matcher.useAnchoringBounds(false);
        matcher.region(start, text.length());
        while (matcher.find() && matcher.start() < to) {
            int group = matcher.groupCount() > 0 && matcher.group(1) != null ? 1 : 0;
            if (rule.real().test(matcher.group(group))) {
                note(text, offset, matcher.start(group), matcher.end(group), rule.name(), false);
                ends.put(id, offset + matcher.end());
            }
        }
    }

    /** One finding per place: an agent's own value says more than the shape that it has. */
    private void note(String text, long offset, int start, int end, String rule, boolean own) {
        long at = offset + start;
        Map.Entry<Long, SecretLeaks.Leak> before = found.floorEntry(offset + end - 1);
        if (before != null && spans.getOrDefault(before.getKey(), 0L) > at) {
            if (!own) {
                return;
            }
            found.remove(before.getKey());
        }
        spans.put(at, offset + end);
        int here = line + count(text, 0, start);
        found.put(at, new SecretLeaks.Leak(path, here, rule, excerpt(text, start, end)));
    }

    /** What stands before the match on its line, as far as it is plain text and no key itself. */
    private String excerpt(String text, int start, int end) {
        int from = start;
        while (from > 0 && start - from < EXCERPT && text.charAt(from - 1) >= ' ' && text.charAt(from - 1) < 127) {
            from--;
        }
        // Only a name directly before the value is told: anything longer could be a piece of another secret.
        String name = text.substring(from, start)
                .replaceFirst("(?s)^.*?([A-Za-z][A-Za-z_]{0,30}[\"' ]{0,2}[:=][\"' ]{0,3})?$", "$1");
        if (needles.all().stream().anyMatch(needle -> name.contains(needle.text()))) {
            return "*** (" + (end - start) + " characters)";
        }
        return name + "*** (" + (end - start) + " characters)";
    }

    private static int count(String text, int from, int to) {
        int lines = 0;
        for (int at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
            lines++;
        }
        return lines;
    }
}
