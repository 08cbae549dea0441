package io.agentlaunchpad.k8s.manifest;

/** Address blocks as NetworkPolicies want them. */
final class Blocks {

    private Blocks() {}

    /** A single address becomes the block of itself; a block stays. */
    static String of(String address) {
        String bare = address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
        return bare.contains("/") ? network(bare) : bare + (bare.contains(":") ? "/128" : "/32");
    }

    /** With the bits of hosts cleared, which newer servers insist on: {@code 10.1.2.3/16} is {@code 10.1.0.0/16}. */
    static String network(String block) {
        int slash = block.indexOf('/');
        String address = block.substring(0, slash);
        if (address.contains(":")) {
            return block;
        }
        int bits = Integer.parseInt(block.substring(slash + 1));
        long value = 0;
        for (String part : address.split("\\.", -1)) {
            value = value << 8 | Integer.parseInt(part);
        }
        value &= bits == 0 ? 0 : -1L << (32 - bits);
        return (value >> 24 & 255) + "." + (value >> 16 & 255) + "." + (value >> 8 & 255) + "." + (value & 255) + "/"
                + bits;
    }
}
