package io.agentlaunchpad.agent;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amounts of memory and CPU, written as Kubernetes writes them (kubernetes.io, "Resource Management for Pods").
 *
 * <p>Laws: {@code memory(memoryText(b)) == b} and {@code cpu(cpuText(m)) == m}.
 */
public final class Quantity {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?)([a-zA-Z]{0,2})");
    private static final Map<String, Long> BINARY = new LinkedHashMap<>();
    private static final Map<String, Long> DECIMAL =
            Map.of("", 1L, "k", 1_000L, "M", 1_000_000L, "G", 1_000_000_000L, "T", 1_000_000_000_000L);
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    static {
        BINARY.put("Ti", 1L << 40);
        BINARY.put("Gi", 1L << 30);
        BINARY.put("Mi", 1L << 20);
        BINARY.put("Ki", 1L << 10);
    }

    private Quantity() {}

    /**
     * Memory in bytes: {@code 512Mi}, {@code 1Gi}, {@code 1.5G}, {@code 400000k}, or plain bytes. A part of a byte
     * counts as a whole one.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static long memory(String text) {
        Matcher matcher = FORM.matcher(text);
        Long unit = matcher.matches() ? BINARY.getOrDefault(matcher.group(2), DECIMAL.get(matcher.group(2))) : null;
        if (unit == null) {
            throw new IllegalArgumentException("Not an amount of memory: " + Shown.quoted(text)
                    + ". Fix: write a number and Ki, Mi, Gi, k, M or G, such as 512Mi.");
        }
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        return bytes.min(MOST).setScale(0, RoundingMode.CEILING).longValueExact();
    }

    /**
     * CPU in thousandths of a core: {@code 500m}, {@code 1}, {@code 0.5}. A part of a thousandth counts as a whole one.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static int cpu(String text) {
        Matcher matcher = FORM.matcher(text);
        boolean millis = matcher.matches() && matcher.group(2).equals("m");
        if (!matcher.matches() || !(millis || matcher.group(2).isEmpty())) {
            throw new IllegalArgumentException("Not an amount of CPU: " + Shown.quoted(text)
                    + ". Fix: write cores or thousandths of a core, such as 0.5 or 500m.");
        }
        BigDecimal amount = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(millis ? 1 : 1_000));
        return amount.min(BigDecimal.valueOf(Integer.MAX_VALUE))
                .setScale(0, RoundingMode.CEILING)
                .intValueExact();
    }

    /** The shortest exact text: {@code 1073741824} is {@code 1Gi}. */
    public static String memoryText(long bytes) {
        for (Map.Entry<String, Long> unit : BINARY.entrySet()) {
            if (bytes != 0 && bytes % unit.getValue() == 0) {
                return bytes / unit.getValue() + unit.getKey();
            }
        }
        return Long.toString(bytes);
    }

    /** {@code 500m}, or whole cores: {@code 2}. */
    public static String cpuText(int millis) {
        return millis % 1_000 == 0 ? Integer.toString(millis / 1_000) : millis + "m";
    }
}
