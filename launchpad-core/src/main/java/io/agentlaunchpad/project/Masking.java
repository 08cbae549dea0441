package io.agentlaunchpad.project;

import java.util.regex.Pattern;

/** Takes credentials out of text that other programs wrote, before anyone sees it. */
final class Masking {

    private static final Pattern URL_CREDENTIALS = Pattern.compile("(?<=://)[^/\\s@]+@");
    private static final Pattern NPM_AUTH = Pattern.compile(
            "(?i)(_auth(?:Token)?|_password|authorization|bearer|basic)([\"']?\\s*[=: ]\\s*[\"']?(?:(?:bearer|basic) +)?)[^\\s\"',]{6,}");

    private Masking() {}

    static String mask(String text) {
        String masked = URL_CREDENTIALS.matcher(text).replaceAll("***@");
        masked = NPM_AUTH.matcher(masked).replaceAll("$1$2***");
        return SecretRules.mask(masked);
    }
}
