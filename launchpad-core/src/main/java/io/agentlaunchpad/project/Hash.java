package io.agentlaunchpad.project;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;

/** SHA-256 over parts that cannot run into each other: each is preceded by its length. */
final class Hash {

    private final MessageDigest digest;

    private Hash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    static String of(String... parts) {
        Hash hash = new Hash();
        for (String part : parts) {
            hash.add(part.getBytes(StandardCharsets.UTF_8));
        }
        return hash.hex();
    }

    static String of(SortedMap<String, byte[]> files) {
        Hash hash = new Hash();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            hash.add(file.getKey().getBytes(StandardCharsets.UTF_8));
            hash.add(file.getValue());
        }
        return hash.hex();
    }

    private void add(byte[] part) {
        digest.update((part.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(part);
    }

    private String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
