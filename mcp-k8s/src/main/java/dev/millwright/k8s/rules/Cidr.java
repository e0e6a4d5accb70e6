package dev.millwright.k8s.rules;

import java.net.InetAddress;
import java.util.Arrays;

/** Blocks of addresses as {@code 10.0.0.0/8} or {@code fd00::/8}. */
final class Cidr {
    private Cidr() {}

    /** Whether the block holds the address; not when either is not written as one, so that no name is ever resolved. */
    static boolean contains(String block, String address) {
        int slash = block.indexOf('/');
        if (slash < 0 || !block.substring(slash + 1).matches("[0-9]{1,3}")) {
            return false;
        }
        byte[] from = bytes(block.substring(0, slash));
        byte[] of = bytes(address);
        int bits = Integer.parseInt(block.substring(slash + 1));
        if (from.length == 0 || from.length != of.length || bits > 8 * from.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(from, 0, whole, of, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        int mask = 0xff << (8 - rest) & 0xff;
        return rest == 0 || (from[whole] & mask) == (of[whole] & mask);
    }

    private static byte[] bytes(String address) {
        try {
            return InetAddress.ofLiteral(address).getAddress();
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
