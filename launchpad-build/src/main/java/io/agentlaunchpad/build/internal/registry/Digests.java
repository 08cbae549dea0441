package io.agentlaunchpad.build.internal.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in the registries' own notation. */
public final class Digests {

    private Digests() {}

    /** {@code sha256:} and 64 hex digits. */
    public static String of(byte[] content) {
        return written(sha256().digest(content));
    }

    /** The hash of parts: no two different lists of parts share one by accident of joining. */
    public static String hash(byte[]... parts) {
        MessageDigest digest = sha256();
        for (byte[] part : parts) {
            digest.update((part.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(part);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The hash of texts. */
    public static String hash(String... parts) {
        byte[][] bytes = new byte[parts.length][];
        for (int i = 0; i < parts.length; i++) {
            bytes[i] = parts[i].getBytes(StandardCharsets.UTF_8);
        }
        return hash(bytes);
    }

    /** Copies everything and says what it was. */
    public static Copied copy(InputStream from, OutputStream to) throws IOException {
        MessageDigest digest = sha256();
        long bytes = new DigestInputStream(from, digest).transferTo(to);
        return new Copied(written(digest.digest()), bytes);
    }

    /** What went through. */
    public record Copied(String digest, long bytes) {}

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    public static String written(byte[] digest) {
        return "sha256:" + HexFormat.of().formatHex(digest);
    }
}
