package io.agentlaunchpad.artifact;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A container image by name: {@code registry/repository[:tag][@sha256:…]}.
 *
 * <p>Grammar after the OCI distribution specification 1.1. Unlike Docker's client, Launchpad fills nothing in: the
 * registry is always written out, so that a name means the same on every machine.
 *
 * @param registry host, perhaps with a port
 * @param repository lower-case path
 * @param tag or null
 * @param digest {@code sha256:} and 64 hex digits, or null
 */
public record ImageRef(
        String registry,
        String repository,
        @Nullable String tag,
        @Nullable String digest) {

    private static final Pattern REGISTRY =
            Pattern.compile("[A-Za-z0-9.-]+(?::\\d{1,5})?|\\[[0-9a-fA-F:]+](?::\\d{1,5})?");
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Pattern WHOLE = Pattern.compile("([^/]+)/([^@]+?)(?::([^:@/]+))?(?:@(.+))?");

    public ImageRef {
        check(REGISTRY, registry, "registry host");
        check(REPOSITORY, repository, "repository (lower-case letters, digits, '.', '_', '-' and '/')");
        if (tag != null) {
            check(TAG, tag, "tag");
        }
        if (digest != null) {
            check(DIGEST, digest, "digest (sha256: and 64 hex digits)");
        }
    }

    /**
     * Reads a full image name.
     *
     * @throws IllegalArgumentException that names the part that is wrong
     */
    public static ImageRef parse(String text) {
        Matcher matcher = WHOLE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "Not an image name: \"" + text + "\". Fix: write registry/repository[:tag][@sha256:…].");
        }
        return new ImageRef(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4));
    }

    public ImageRef withTag(String newTag) {
        return new ImageRef(registry, repository, newTag, null);
    }

    public ImageRef withDigest(String newDigest) {
        return new ImageRef(registry, repository, null, newDigest);
    }

    /** The digest, where this name has one. Only a name with a digest always means the same bytes. */
    public Optional<String> digestIfAny() {
        return Optional.ofNullable(digest);
    }

    /** Without tag and digest. */
    public String name() {
        return registry + "/" + repository;
    }

    @Override
    public String toString() {
        return name() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }

    private static void check(Pattern form, String value, String what) {
        if (!form.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\"" + value + "\" is not an image " + what + ". Fix: write registry/repository[:tag][@sha256:…].");
        }
    }
}
