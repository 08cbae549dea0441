package io.agentlaunchpad.spring.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a browser was sent by a page of another site. Users whom a cookie has authenticated need that: their browser
 * adds it to every request, whoever asked for it. API keys need no such care.
 *
 * <p>Browsers say where a request comes from in {@code Sec-Fetch-Site} (W3C, Fetch Metadata Request Headers), older ones in
 * {@code Origin}; what has neither comes from no page.
 */
final class CrossSite {

    private CrossSite() {}

    static boolean is(HttpServletRequest request) {
        String from = request.getHeader("Sec-Fetch-Site");
        if (from != null) {
            return !from.equals("same-origin") && !from.equals("none");
        }
        String origin = request.getHeader("Origin");
        return origin != null && !own(origin, request.getHeader("Host"));
    }

    private static boolean own(String origin, @Nullable String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
