package io.agentlaunchpad.build.internal.registry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry answers to somebody it does not know: {@code WWW-Authenticate: Bearer realm="…",service="…"}.
 *
 * @param scheme {@code basic} or {@code bearer}
 * @param parameters realm, service, scope
 */
record Challenge(String scheme, Map<String, String> parameters) {

    private static final Pattern HEAD = Pattern.compile("\\s*(?<scheme>[A-Za-z]+)\\s*(?<rest>.*)", Pattern.DOTALL);
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)\\s*=\\s*(?:\"([^\"]*)\"|([^,\\s]+))");

    /** The first challenge that can be met; bearer before basic. */
    static Optional<Challenge> of(List<String> headers) {
        Optional<Challenge> basic = Optional.empty();
        for (String header : headers) {
            Matcher head = HEAD.matcher(header);
            if (!head.matches()) {
                continue;
            }
            String scheme = head.group("scheme").toLowerCase(Locale.ROOT);
            Map<String, String> parameters = new LinkedHashMap<>();
            Matcher parameter = PARAMETER.matcher(head.group("rest"));
            while (parameter.find()) {
                String value = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
                parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value);
            }
            if (scheme.equals("bearer") && parameters.containsKey("realm")) {
                return Optional.of(new Challenge(scheme, parameters));
            }
            if (scheme.equals("basic")) {
                basic = Optional.of(new Challenge(scheme, parameters));
            }
        }
        return basic;
    }

    boolean isBearer() {
        return scheme.equals("bearer");
    }
}
