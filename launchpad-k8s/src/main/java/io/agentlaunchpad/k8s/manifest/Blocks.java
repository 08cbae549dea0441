package io.agentlaunchpad.k8s.manifest;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Address blocks as NetworkPolicies want them: the bits of hosts cleared, IPv6 as RFC 5952 writes it. */
final class Blocks {

    private static final Pattern FORM =
            Pattern.compile("\\[?([0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)]?(?:/([0-9]{1,3}))?");
    private static final Pattern ZEROES = Pattern.compile("(?:^|:)0(?::0)+(?:$|:)");

    private Blocks() {}

    /** The block of an address, with or without brackets, or of a block; empty for a name and for nonsense. */
    static Optional<String> of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || (!text.contains(":") && !text.matches("[0-9]+(?:\\.[0-9]+){3}.*"))) {
            return Optional.empty();
        }
        byte[] address;
        try {
            // A literal is never looked up.
            address = InetAddress.getByName(matcher.group(1)).getAddress();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
        int length = address.length * 8;
        int bits = matcher.group(2) == null ? length : Integer.parseInt(matcher.group(2));
        if (bits > length) {
            return Optional.empty();
        }
        for (int i = bits; i < length; i++) {
            address[i / 8] &= (byte) ~(0x80 >> i % 8);
        }
        return Optional.of(text(address) + "/" + bits);
    }

    private static String text(byte[] address) {
        InetAddress made;
        try {
            made = InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
        return made instanceof Inet4Address ? made.getHostAddress() : shortest(made.getHostAddress());
    }

    private static String shortest(String full) {
        Matcher zeroes = ZEROES.matcher(full);
        String longest = "";
        while (zeroes.find()) {
            longest = zeroes.group().length() > longest.length() ? zeroes.group() : longest;
        }
        return longest.isEmpty() ? full : full.replaceFirst(Pattern.quote(longest), "::");
    }
}
