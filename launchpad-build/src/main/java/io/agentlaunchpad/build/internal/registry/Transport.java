package io.agentlaunchpad.build.internal.registry;

import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.spi.WorkContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to one registry: logs in when asked to, tries again what may pass, stops within a moment of a cancel.
 *
 * <p>Plain HTTP is spoken to hosts named for it, and to loopback hosts that do not speak TLS; a login is never sent over
 * it. Safe for use by several threads.
 */
final class Transport {

    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

    private final OkHttpClient http;
    private final String host;
    private final Logins logins;
    private final BooleanSupplier namedPlain;
    private final Map<String, Authorization> authorizations = new ConcurrentHashMap<>();
    private volatile @Nullable String scheme;
    private volatile @Nullable Asked asked;

    /** What was found when a login was looked for; none too. */
    private record Asked(@Nullable Login login) {}

    /** What to send with a request, and the login that it was got with: by then another may be known. */
    private record Authorization(String header, Asked by) {}

    /** What to send. */
    record Ask(
            String method,
            HttpUrl url,
            String scope,
            String doing,
            @Nullable RequestBody body,
            @Nullable String accept) {}

    /** What to do with an answer; it is closed afterwards. */
    interface Reader<T> {
        T read(int status, Response response) throws IOException;
    }

    Transport(OkHttpClient http, String host, Logins logins, BooleanSupplier namedPlain) {
        this.http = http;
        this.host = host;
        this.logins = logins;
        this.namedPlain = namedPlain;
    }

    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    String host() {
        return host;
    }

    /** The root of the protocol's addresses, such as {@code https://registry.example/v2/}. */
    HttpUrl root(WorkContext context) {
        return HttpUrl.get(scheme(context) + "://" + Registries.served(host) + "/v2/");
    }

    boolean isPlain(WorkContext context) {
        return scheme(context).equals("http");
    }

    /** The login as it is now: a helper's password ends. */
    Optional<Login> login() {
        return Optional.ofNullable(ask().login());
    }

    private synchronized Asked ask() {
        Asked now = new Asked(logins.find(host).orElse(null));
        if (!now.equals(asked)) {
            asked = now;
            authorizations.clear();
        }
        return now;
    }

    private Asked known() {
        Asked known = asked;
        if (known == null) {
            synchronized (this) {
                known = asked == null ? ask() : asked;
            }
        }
        return known;
    }

    /** Whether there is another login by now than that which was refused. */
    private boolean renew(@Nullable Asked refused) {
        if (refused == null) {
            return false;
        }
        synchronized (this) {
            return !refused.equals(asked) || !refused.equals(ask());
        }
    }

    <T> T send(Ask ask, WorkContext context, Reader<T> reader) {
        boolean loggedIn = false;
        boolean renewed = false;
        for (int attempt = 1; ; attempt++) {
            context.check();
            Authorization known = authorizations.get(ask.scope());
            Asked used = known == null ? asked : known.by();
            Duration pause;
            try (Response response = execute(request(ask, known), context)) {
                int status = response.code();
                if (status == 401 && !loggedIn && authorize(ask, response, context)) {
                    loggedIn = true;
                    attempt--;
                    continue;
                }
                if (!renewed && refused(response) && renew(used)) {
                    renewed = true;
                    loggedIn = false;
                    attempt--;
                    continue;
                }
                if (!(Faults.passes(status) || confused(ask, status, response)) || attempt == ATTEMPTS) {
                    return reader.read(status, response);
                }
                pause = retryAfter(response).orElse(pauseBefore(attempt));
            } catch (IOException e) {
                context.check();
                LaunchpadException cause = launchpadCause(e);
                if (cause != null) {
                    throw cause;
                }
                if (!Faults.passes(e) || attempt == ATTEMPTS) {
                    throw Faults.of(e, host, ask.doing());
                }
                pause = pauseBefore(attempt);
            }
            Pauses.sleep(pause, context);
        }
    }

    /**
     * Whether the registry doubts the digest of a manifest, which is ours and right: the body was spoilt on the way, or the
     * registry read a link to a layer while another push was writing it.
     */
    private static boolean confused(Ask ask, int status, Response response) throws IOException {
        return status == 400
                && ask.url().pathSegments().contains("manifests")
                && text(response).contains("DIGEST_INVALID");
    }

    private Request request(Ask ask, @Nullable Authorization known) {
        Request.Builder request = new Request.Builder().url(ask.url()).method(ask.method(), ask.body());
        if (ask.accept() != null) {
            request.header("Accept", ask.accept());
        }
        if (known != null && isOurs(ask.url())) {
            request.header("Authorization", known.header());
        }
        return request.build();
    }

    /** Uploads may be sent to another host; it gets no login of ours. */
    private boolean isOurs(HttpUrl url) {
        HttpUrl root = HttpUrl.get((url.isHttps() ? "https://" : "http://") + Registries.served(host) + "/");
        return url.isHttps() && root.host().equals(url.host()) && root.port() == url.port();
    }

    private Response execute(Request request, WorkContext context) throws IOException {
        Call call = http.newCall(request);
        WorkContext.Registration registration = context.onCancel(call::cancel);
        try {
            Response response = call.execute();
            // The answer's body may take long too: the registration ends with it.
            return response.newBuilder()
                    .body(new ClosingBody(response.body(), registration))
                    .build();
        } catch (IOException | RuntimeException e) {
            registration.close();
            throw e;
        }
    }

    /** Some registries answer 403 to a password that ended. */
    private static boolean refused(Response response) {
        return response.code() == 401
                || (response.code() == 403 && response.request().header("Authorization") != null);
    }

    /** Whether the request may be sent again with something else than what was refused. */
    private boolean authorize(Ask ask, Response response, WorkContext context) throws IOException {
        Challenge challenge = Challenge.of(response.headers("WWW-Authenticate")).orElse(null);
        if (challenge == null) {
            return false;
        }
        if (!response.request().url().isHttps()) {
            throw new PreflightException(
                    "REGISTRY_PLAIN_LOGIN",
                    "Registry " + host + " wants a login over plain HTTP while " + ask.doing()
                            + "; Launchpad sends none in the clear.",
                    "give the registry a TLS certificate, or let it take anonymous requests on loopback.",
                    null);
        }
        Asked known = known();
        Authorization authorization;
        if (challenge.isBearer()) {
            authorization = token(challenge, known, ask, context);
        } else {
            Login login = known.login();
            if (login == null) {
                return false;
            }
            authorization = new Authorization(okhttp3.Credentials.basic(login.user(), login.password()), known);
        }
        if (authorization.header().equals(response.request().header("Authorization"))) {
            return false;
        }
        authorizations.put(ask.scope(), authorization);
        return true;
    }

    private Authorization token(Challenge challenge, Asked known, Ask ask, WorkContext context) throws IOException {
        try {
            return fetchToken(challenge, known, ask, context);
        } catch (PreflightException refused) {
            if (!renew(known)) {
                throw refused;
            }
            return fetchToken(challenge, known(), ask, context);
        }
    }

    private Authorization fetchToken(Challenge challenge, Asked known, Ask ask, WorkContext context)
            throws IOException {
        Optional<Login> login = Optional.ofNullable(known.login());
        String token = Tokens.fetch(http, challenge, ask.scope(), login, host, stranger(ask.doing()), context);
        return new Authorization("Bearer " + token, known);
    }

    LaunchpadException fault(int status, Response response, String doing) throws IOException {
        return Faults.ofStatus(status, text(response), host, status == 401 ? stranger(doing) : doing);
    }

    /** What was done, and why without a login, where one was looked for in vain. */
    private String stranger(String doing) {
        Asked known = asked;
        String remark = known != null && known.login() == null ? logins.remark(host) : "";
        return remark.isEmpty() ? doing : doing + " without a login (" + remark + ")";
    }

    /** TLS first; only a loopback host that does not speak it is then asked in the clear. */
    private String scheme(WorkContext context) {
        String known = scheme;
        if (known != null) {
            return known;
        }
        if (namedPlain.getAsBoolean()) {
            scheme = "http";
        } else if (!isLoopback(host)) {
            scheme = "https";
        } else {
            scheme = probe(context);
        }
        return String.valueOf(scheme);
    }

    private String probe(WorkContext context) {
        context.check();
        Request request = new Request.Builder().url("https://" + host + "/v2/").build();
        try (Response response = execute(request, context)) {
            return response.code() > 0 ? "https" : "http";
        } catch (IOException e) {
            context.check();
            String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
            boolean noTls = e instanceof javax.net.ssl.SSLException
                    && (said.contains("plaintext") || said.contains("unrecognized ssl") || said.contains("not ssl"));
            if (noTls) {
                return "http";
            }
            throw Faults.of(e, host, "asking whether it speaks TLS");
        }
    }

    static String text(Response response) throws IOException {
        ResponseBody body = response.body();
        okio.BufferedSource source = body.source();
        source.request(16_384);
        return source.getBuffer().clone().readUtf8();
    }

    private static Duration pauseBefore(int attempt) {
        return FIRST_PAUSE.multipliedBy(1L << (attempt - 1));
    }

    private static Optional<Duration> retryAfter(Response response) {
        String header = response.header("Retry-After");
        if (header == null || !header.matches("\\d{1,6}")) {
            return Optional.empty();
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(header));
        return Optional.of(asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked);
    }

    private static @Nullable LaunchpadException launchpadCause(IOException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof LaunchpadException ours) {
                return ours;
            }
        }
        return null;
    }

    /** Resolves where an upload goes on; never from TLS down to plain HTTP. */
    HttpUrl follow(HttpUrl from, @Nullable String location) {
        HttpUrl to = location == null ? null : from.resolve(location);
        if (to == null) {
            throw new BuildException(
                    "REGISTRY_REFUSED",
                    "Registry " + host + " said no place to upload to.",
                    "look at the registry's log; a proxy may drop its Location header.",
                    null);
        }
        if (from.isHttps() && !to.isHttps()) {
            HttpUrl.Builder up = to.newBuilder().scheme("https");
            return (to.port() == 80 ? up.port(443) : up).build();
        }
        return to;
    }

    /** A body that ends its cancellation's registration. */
    private static final class ClosingBody extends ResponseBody {
        private final ResponseBody body;
        private final WorkContext.Registration registration;

        ClosingBody(ResponseBody body, WorkContext.Registration registration) {
            this.body = body;
            this.registration = registration;
        }

        @Override
        public okhttp3.@Nullable MediaType contentType() {
            return body.contentType();
        }

        @Override
        public long contentLength() {
            return body.contentLength();
        }

        @Override
        public okio.BufferedSource source() {
            return body.source();
        }

        @Override
        public void close() {
            registration.close();
            body.close();
        }
    }
}
