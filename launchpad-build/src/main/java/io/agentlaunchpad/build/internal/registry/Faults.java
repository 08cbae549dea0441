package io.agentlaunchpad.build.internal.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentlaunchpad.error.BuildException;
import io.agentlaunchpad.error.LaunchpadException;
import io.agentlaunchpad.error.PreflightException;
import io.agentlaunchpad.error.UnreachableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** What a registry or the way to it can do to us, each with a way out. */
public final class Faults {

    /** Answers that may be another one in a moment. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);

    private static final int LONGEST_QUOTE = 300;

    private Faults() {}

    /** Whether the same request may be answered well in a moment. */
    public static boolean passes(int status) {
        return PASSING.contains(status);
    }

    /** Whether the same request may get through in a moment. */
    public static boolean passes(IOException failure) {
        return !(failure instanceof UnknownHostException || isTls(failure));
    }

    /** Whether it is the certificate or the protocol, and not the wire. */
    static boolean isTls(Throwable failure) {
        return failure instanceof SSLHandshakeException
                || failure instanceof SSLPeerUnverifiedException
                || (failure instanceof SSLException
                        && !String.valueOf(failure.getMessage()).contains("reset"));
    }

    /**
     * An answer that nobody wanted.
     *
     * @param doing what was going on, such as {@code pushing a/b}
     */
    public static LaunchpadException ofStatus(int status, String body, String host, String doing) {
        String said = "Registry " + host + " answered " + status + quote(body) + " while " + doing + ".";
        String lower = body.toLowerCase(Locale.ROOT);
        if (status == 507 || status == 413 || lower.contains("quota") || lower.contains("no space left")) {
            return new PreflightException(
                    "REGISTRY_QUOTA", said, "free space in the registry or raise its quota, then start again.", null);
        }
        return switch (status) {
            case 401 -> unauthorised(said, host);
            case 403 ->
                new PreflightException(
                        "REGISTRY_FORBIDDEN",
                        said,
                        "give the login for " + host + " the right to do this, or use another repository.",
                        null);
            case 404 ->
                new PreflightException(
                        "IMAGE_NOT_FOUND",
                        said,
                        "check the name; some registries need the repository made beforehand, and some say so to a login"
                                + " without rights.",
                        null);
            case 429 ->
                new UnreachableException(
                        "REGISTRY_BUSY", said, "wait, log in (anonymous limits are lower), or use a mirror.", null);
            case 400, 405, 415, 416 ->
                new BuildException(
                        "REGISTRY_REFUSED",
                        said,
                        "use a registry that speaks OCI distribution 1.0 or newer; if it does, start again.",
                        null);
            default ->
                Faults.passes(status)
                        ? new UnreachableException(
                                "REGISTRY_FAILED", said, "look at the registry's log; try again later.", null)
                        : new BuildException("REGISTRY_REFUSED", said, "look at the registry's log.", null);
        };
    }

    private static PreflightException unauthorised(String said, String host) {
        return new PreflightException(
                "REGISTRY_UNAUTHORIZED",
                said,
                "run `docker login " + host
                        + "` (or write its entry in Docker's config.json), or call credentials(user," + " password).",
                null);
    }

    /** No answer at all. */
    public static LaunchpadException of(IOException failure, String host, String doing) {
        String reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String tail = " while " + doing + ": " + reason + ".";
        if (failure instanceof UnknownHostException) {
            return new UnreachableException(
                    "REGISTRY_UNKNOWN_HOST",
                    "No address is known for registry " + host + tail,
                    "check the spelling, the DNS server and the proxy of this machine.",
                    failure);
        }
        if (isTls(failure)) {
            return new PreflightException(
                    "REGISTRY_TLS",
                    "No trusted TLS connection to registry " + host + tail,
                    "add the registry's CA to the trust store of this JVM (-Djavax.net.ssl.trustStore=…); if it really"
                            + " speaks plain HTTP, name it with plainHttp(\"" + host + "\").",
                    failure);
        }
        if (failure instanceof InterruptedIOException) {
            return new UnreachableException(
                    "REGISTRY_TIMEOUT",
                    "Registry " + host + " did not answer in time" + tail,
                    "check the network and proxy, then try again.",
                    failure);
        }
        if (failure instanceof ConnectException || failure instanceof NoRouteToHostException) {
            return new UnreachableException(
                    "REGISTRY_UNREACHABLE",
                    "Registry " + host + " cannot be reached" + tail,
                    "check that it runs, its port, and the firewall between.",
                    failure);
        }
        return new UnreachableException(
                "REGISTRY_UNREACHABLE",
                "The connection to registry " + host + " broke" + tail,
                "try again; if it stays so, look at the registry's log and at proxies between.",
                failure);
    }

    /** The bytes are not those that the name promises. */
    public static UnreachableException wrongContent(String host, String expected, String actual) {
        return new UnreachableException(
                "REGISTRY_WRONG_CONTENT",
                "Registry " + host + " gave content with digest " + actual + " for " + expected + ".",
                "try again; if it stays so, something between here and the registry alters what it carries.",
                null);
    }

    /** The registry's own words, from its error document where it sends one. */
    private static String quote(@Nullable String body) {
        if (body == null || body.isBlank()) {
            return "";
        }
        String text = body;
        try {
            JsonNode first = OciJson.MAPPER.readTree(body).path("errors").path(0);
            if (first.isObject()) {
                text = first.path("code").asText() + ": "
                        + first.path("message").asText()
                        + (first.path("detail").isValueNode()
                                        && !first.path("detail").isNull()
                                ? " (" + first.path("detail").asText() + ")"
                                : "");
            }
        } catch (JsonProcessingException notJson) {
            // Then the text as it is.
        }
        text = text.strip().replaceAll("\\s+", " ");
        return " (" + (text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text) + ")";
    }
}
