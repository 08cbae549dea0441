package io.agentlaunchpad.spring.web;

import io.agentlaunchpad.agent.AgentId;
import io.agentlaunchpad.agent.Owner;
import io.agentlaunchpad.spi.AuditRow;
import io.agentlaunchpad.spi.Store;
import io.agentlaunchpad.spring.security.Caller;
import io.agentlaunchpad.spring.security.Keyring;
import io.agentlaunchpad.spring.security.RateLimits;
import io.agentlaunchpad.spring.security.Refusal;
import io.agentlaunchpad.spring.security.Role;
import io.agentlaunchpad.spring.security.SecurityProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Stands before every address under the base path: request id, who asks, how often, in which form and size; and writes
 * down what was changed or refused. It takes no request to anywhere else.
 */
final class ApiFilter extends OncePerRequestFilter {

    /** Request attribute: the request's id. */
    static final String REQUEST_ID = ApiFilter.class.getName() + ".id";

    /** Request attribute: the {@link Caller}; absent for an open address without a key. */
    static final String CALLER = ApiFilter.class.getName() + ".caller";

    private static final Logger LOG = LoggerFactory.getLogger(ApiFilter.class);
    private static final Pattern GIVEN_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Set<String> CHANGES = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final int LONGEST_DETAIL = 300;
    private static final int LONGEST_ADDRESS = 60;

    private final WebProperties web;
    private final String health;
    private final SecurityProperties security;
    private final Keyring keyring;
    private final RateLimits limits;
    private final Store store;
    private final Clock clock;

    /**
     * The filter.
     *
     * @param prefix where Spring MVC itself begins; mostly empty
     */
    ApiFilter(
            WebProperties web,
            String prefix,
            SecurityProperties security,
            Keyring keyring,
            RateLimits limits,
            Store store,
            Clock clock) {
        this.web = web;
        this.health = prefix + web.basePath() + "/health";
        this.security = security;
        this.keyring = keyring;
        this.limits = limits;
        this.store = store;
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String given = request.getHeader("X-Request-Id");
        String id = given != null && GIVEN_ID.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
        request.setAttribute(REQUEST_ID, id);
        response.setHeader("X-Request-Id", id);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        try (MDC.MDCCloseable inLog = MDC.putCloseable("requestId", id)) {
            pass(request, response, chain);
        } catch (Refusal refusal) {
            Problems.write(request, response, refusal);
        } catch (RuntimeException e) {
            Problems.write(request, response, e);
        } finally {
            audit(request, response.getStatus());
        }
    }

    private void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Caller> caller = caller(request);
        if (caller.isEmpty() && !open(request)) {
            throw unknown(request);
        }
        if (caller.isPresent()) {
            request.setAttribute(CALLER, caller.get());
            count(caller.get(), request, response);
        }
        HttpServletRequest whole = CHANGES.contains(request.getMethod()) ? withBody(request) : request;
        readable(whole);
        chain.doFilter(whole, response);
    }

    /** What the web server or Spring would stumble over later, when it looks for parameters. */
    private static void readable(HttpServletRequest request) {
        String type = request.getContentType();
        if (type != null && type.strip().regionMatches(true, 0, "multipart/", 0, 10)) {
            throw wrongType();
        }
        try {
            request.getParameterMap();
        } catch (RuntimeException e) {
            LOG.debug("A query cannot be read", e);
            throw Parameters.invalid("query", "write it in UTF-8 as name=value, percent-encoded.");
        }
    }

    private static Refusal wrongType() {
        return new Refusal(
                415,
                "UNSUPPORTED_MEDIA_TYPE",
                "The body is not declared as JSON in UTF-8.",
                "send Content-Type: application/json.");
    }

    /** Whoever has no valid key is slowed down; whoever has one is not hindered by a neighbour who has none. */
    private Refusal unknown(HttpServletRequest request) {
        RateLimits.Decision decision = limits.failed(request.getRemoteAddr());
        return decision.allowed()
                ? Refusal.unauthenticated()
                : Refusal.tooMany(
                        "TOO_MANY_FAILURES",
                        "Too many requests without a valid API key came from this address.",
                        "wait, and use a key that is valid.",
                        decision.pause());
    }

    private Optional<Caller> caller(HttpServletRequest request) {
        String key = key(request);
        if (key != null) {
            try {
                return Optional.of(keyring.authenticate(key));
            } catch (Refusal refusal) {
                LOG.debug("A key was refused");
                throw unknown(request);
            }
        }
        Principal user = security.principal() ? request.getUserPrincipal() : null;
        if (user == null) {
            return Optional.empty();
        }
        if (CHANGES.contains(request.getMethod()) && CrossSite.is(request)) {
            throw new Refusal(
                    403,
                    "CROSS_SITE_REQUEST",
                    "A page of another site asked for this change in the name of a user.",
                    "ask from the application's own pages, or with an API key.");
        }
        Role role = request.isUserInRole(security.adminRole()) ? Role.ADMIN : Role.USER;
        return Optional.of(new Caller(user.getName(), Owner.of(user.getName()), role, role.permissions()));
    }

    private @Nullable String key(HttpServletRequest request) {
        String key = request.getHeader("X-API-Key");
        if (key != null) {
            return key;
        }
        String authorization = request.getHeader("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        String token = authorization.substring(7).strip();
        // Another form of token is the host's: it has authenticated a user by it, or nobody.
        return security.principal() && !Keyring.looksLikeKey(token) ? null : token;
    }

    /** The one address that answers anybody, with one word. */
    private boolean open(HttpServletRequest request) {
        String path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        return request.getMethod().equals("GET") && path.equals(health);
    }

    private void count(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        RateLimits.Decision decision = limits.take(caller, CHANGES.contains(request.getMethod()));
        response.setHeader("RateLimit-Limit", Long.toString(decision.limit()));
        response.setHeader("RateLimit-Remaining", Long.toString(decision.remaining()));
        response.setHeader("RateLimit-Reset", Long.toString(decision.waitSeconds()));
        if (!decision.allowed()) {
            throw Refusal.tooMany(
                    "RATE_LIMIT_EXCEEDED",
                    "This key asks more often than it may.",
                    "wait as long as Retry-After says.",
                    decision.pause());
        }
    }

    /**
     * Reads the body here, within its limit, so that nothing behind this filter can be made to read more. Whether there is
     * one is not to be seen in any header: HTTP/2 needs none.
     */
    private HttpServletRequest withBody(HttpServletRequest request) throws IOException {
        long most = web.maxBody().toBytes();
        boolean declared = request.getContentLengthLong() > most;
        byte[] body = declared
                ? new byte[0]
                : request.getInputStream().readNBytes((int) Math.min(Integer.MAX_VALUE - 8, most + 1));
        if ((declared || body.length > 0) && !json(request.getContentType())) {
            throw wrongType();
        }
        if (declared || body.length > most) {
            throw new Refusal(
                    413,
                    "BODY_TOO_LARGE",
                    "The body is larger than " + most + " bytes.",
                    "send less, or ask the operator to raise launchpad.web.max-body.");
        }
        return new ReadRequest(request, body);
    }

    private static boolean json(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        try {
            MediaType type = MediaType.parseMediaType(contentType);
            return MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)
                    && (type.getCharset() == null || type.getCharset().equals(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Changes, and what was refused for want of a key, a permission or patience. */
    private void audit(HttpServletRequest request, int status) {
        boolean refused = status == 401 || status == 403;
        if (!refused && !(CHANGES.contains(request.getMethod()) && status != 429)) {
            return;
        }
        Caller caller = (Caller) request.getAttribute(CALLER);
        Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        String where = pattern == null ? request.getRequestURI() : pattern.toString();
        AuditRow row = new AuditRow(
                clock.instant(),
                caller == null ? cut("unknown@" + request.getRemoteAddr(), LONGEST_ADDRESS) : caller.name(),
                caller == null ? Owner.of("unknown") : caller.owner(),
                "HTTP",
                agent(request),
                cut(request.getMethod() + " " + where, LONGEST_DETAIL) + " " + status + " "
                        + request.getAttribute(REQUEST_ID));
        try {
            store.transact(tables -> {
                tables.audit().append(row);
                return row;
            });
        } catch (RuntimeException e) {
            LOG.error("The audit could not be written: {}", row, e);
        }
    }

    private static @Nullable AgentId agent(HttpServletRequest request) {
        Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        Object id = variables instanceof Map<?, ?> map ? map.get("id") : null;
        try {
            return id == null ? null : new AgentId(id.toString());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whatever a client or a proxy wrote, without what would break a line of a log. */
    private static String cut(String text, int most) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > most ? plain.substring(0, most) : plain;
    }
}
