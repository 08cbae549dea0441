package io.agentlaunchpad.agent;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The grammars of names: agents, plugins, hosts, Kubernetes secrets. */
final class Names {

    static final Pattern AGENT = Pattern.compile("[A-Za-z0-9_-]{3,50}");
    static final Pattern DISCORD_APPLICATION = Pattern.compile("[0-9]{15,22}");
    static final Pattern SECRET_KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");

    /** A setting is an environment variable or a character's own setting: letters, digits, {@code _ . -}. */
    static final Pattern SETTING = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,127}");

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    /** Narrower than npm, which allows a dash first: that would read as an option on a command line. */
    private static final Pattern PACKAGE = Pattern.compile("(?:@[a-z0-9][a-z0-9._~-]*/)?[a-z0-9][a-z0-9._~-]*");
    /** Semantic Versioning 2.0.0, as its own page gives it, without leading zeros. */
    private static final Pattern VERSION =
            Pattern.compile("(?:0|[1-9]\\d{0,8})\\.(?:0|[1-9]\\d{0,8})\\.(?:0|[1-9]\\d{0,8})"
                    + "(?:-(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
                    + "(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?");

    private Names() {}

    static boolean ipv4(String text) {
        return IPV4.matcher(text).matches();
    }

    /** A DNS name of at most 253 characters, or an IPv4 address. */
    static boolean dnsName(String text) {
        if (text.isEmpty() || text.length() > 253) {
            return false;
        }
        String[] labels = text.split("\\.", -1);
        boolean digitsAtEnd = labels[labels.length - 1].chars().allMatch(c -> c >= '0' && c <= '9');
        return digitsAtEnd
                ? ipv4(text)
                : Arrays.stream(labels).allMatch(label -> LABEL.matcher(label).matches());
    }

    /** RFC 1123 subdomain, as Kubernetes names its objects. */
    static boolean subdomain(String text) {
        return dnsName(text) && !ipv4(text) && text.chars().noneMatch(Character::isUpperCase);
    }

    /** Why this is no npm package name; null when it is one. */
    static @Nullable String packageFault(String name) {
        if (name.length() > 214) {
            return "is longer than 214 characters";
        } else if (name.equals("node_modules") || name.equals("favicon.ico")) {
            return "is a name that npm reserves";
        }
        return PACKAGE.matcher(name).matches() ? null : "is not an npm package name";
    }

    static boolean exactVersion(String version) {
        return version.length() <= 100 && VERSION.matcher(version).matches();
    }
}
