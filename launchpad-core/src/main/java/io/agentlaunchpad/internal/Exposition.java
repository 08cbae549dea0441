package io.agentlaunchpad.internal;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** A page of figures in Prometheus' text format 0.0.4, one sample on each line: {@code name{labels} value}. */
public final class Exposition {

    private static final Pattern BETWEEN = Pattern.compile("\\s+");

    private final String text;

    public Exposition(String text) {
        this.text = text;
    }

    /** The sum over all labels; empty where the page has no such figure. */
    public OptionalDouble sum(String name) {
        double sum = 0;
        boolean found = false;
        for (String line : text.split("\n", -1)) {
            if (!line.startsWith(name)) {
                continue;
            }
            String rest = line.substring(name.length());
            if (rest.startsWith("{")) {
                rest = rest.substring(rest.lastIndexOf('}') + 1);
            } else if (!rest.startsWith(" ")) {
                continue;
            }
            try {
                sum += Double.parseDouble(BETWEEN.split(rest.strip(), 2)[0]);
                found = true;
            } catch (NumberFormatException e) {
                return OptionalDouble.empty();
            }
        }
        return found ? OptionalDouble.of(sum) : OptionalDouble.empty();
    }
}
