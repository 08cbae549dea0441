package io.agentlaunchpad.agent;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Identifies one agent. It follows from owner and agent name alone, so the same name again is the same agent.
 *
 * <p>Law: {@code AgentId.of(o, n).equals(AgentId.of(o, n))}. Readable, and legal as a DNS label, file name and URL part:
 * {@code ada-lovelace-1f8e0c2a77}.
 *
 * @param value the agent's name in lower case, a dash, and ten hex digits of the SHA-256 of owner and name
 */
public record AgentId(String value) implements Comparable<AgentId> {

    private static final Pattern FORM = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    public AgentId {
        if (!legal(value)) {
            throw new IllegalArgumentException(
                    "Not an agent id: \"" + value + "\". Fix: use the id that launch returned.");
        }
    }

    /** Whether a text has the form of an id. */
    public static boolean legal(String text) {
        return FORM.matcher(text).matches();
    }

    /** The id of the agent of that name and owner. */
    public static AgentId of(Owner owner, String agentName) {
        String slug =
                agentName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        return new AgentId((slug.isEmpty() ? "agent" : slug) + "-" + digest(owner.id() + "\n" + agentName));
    }

    private static String digest(String text) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha, 0, 5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public int compareTo(AgentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
