package io.agentlaunchpad.agent;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An outside address the agent may talk to, beside the defaults.
 *
 * @param host a DNS name, an IPv4 address, an IPv4 block such as {@code 10.1.0.0/16}, or an IPv6 address in brackets
 * @param port 1–65535
 */
public record Egress(String host, int port) {

    private static final Pattern FORM = Pattern.compile("(.{1,260}):([0-9]{1,5})", Pattern.DOTALL);
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9A-Fa-f:.]{2,45}]");
    private static final Pattern BLOCK = Pattern.compile("([0-9.]{7,15})/([0-9]|[12][0-9]|3[0-2])");

    public Egress {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Port " + port + " is out of range. Fix: write 1 to 65535.");
        }
    }

    /**
     * Reads {@code host:port}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Egress parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || !host(matcher.group(1))) {
            throw new IllegalArgumentException("Not an address with a port: " + Shown.quoted(text)
                    + ". Fix: write host:port, such as api.openai.com:443.");
        }
        return new Egress(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }

    private static boolean host(String host) {
        Matcher block = BLOCK.matcher(host);
        return Names.dnsName(host) || IPV6.matcher(host).matches() || (block.matches() && Names.ipv4(block.group(1)));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
