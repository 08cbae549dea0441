package io.agentlaunchpad.build.jib;

import io.agentlaunchpad.build.internal.registry.Digests;
import java.util.Locale;
import java.util.regex.Pattern;

/** Repositories and tags. */
final class Names {

    /** The repository of runtime images, which no agent gets. */
    static final String RUNTIME = "runtime";

    private static final Pattern LEGAL = Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*");

    private Names() {}

    /**
     * The last part of an agent's repository: its name in lower case where that is a legal name, else a legal form of it
     * with a hash that keeps two agents apart.
     */
    static String repository(String agentName) {
        String lower = agentName.toLowerCase(Locale.ROOT);
        if (LEGAL.matcher(lower).matches() && !lower.equals(RUNTIME)) {
            return lower;
        }
        String safe = lower.replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        return (safe.isEmpty() ? "agent" : safe) + "-" + Digests.hash(agentName).substring(0, 8);
    }

    /** The tag of an image that passed its scan. */
    static String finalTag(String hash) {
        return hash;
    }

    /** The tag of a runtime image that was built elsewhere, once an agent on it passed; keeps it from being cleaned up. */
    static String givenTag(String digest) {
        return "given-" + digest.substring("sha256:".length(), "sha256:".length() + 32);
    }

    /** The tag of an image until then. Nobody looks it up. */
    static String pendingTag(String hash) {
        return "pending-" + hash;
    }
}
