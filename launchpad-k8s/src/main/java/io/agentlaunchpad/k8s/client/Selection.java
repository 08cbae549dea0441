package io.agentlaunchpad.k8s.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Queries of lists. */
public final class Selection {

    /** Label of Secrets that hold values: their version, or {@code identity}. */
    public static final String VALUES = "agentlaunchpad.io/secrets";

    private Selection() {}

    /** The objects that a label selector selects. */
    public static String labels(String selector) {
        return "?labelSelector=" + URLEncoder.encode(selector, StandardCharsets.UTF_8);
    }

    /** The objects that a field selector selects. */
    public static String fields(String selector) {
        return "?fieldSelector=" + URLEncoder.encode(selector, StandardCharsets.UTF_8);
    }
}
