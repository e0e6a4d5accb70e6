package dev.millwright.identity;

import java.util.Set;

/**
 * The words of permission: {@code area:action}, {@code area:*} for all of an area, {@code *} for everything.
 *
 * <p>Nothing else implies anything: {@code fs:write} does not cover {@code fs:read}.
 */
public final class Scopes {
    private Scopes() {}

    /** Whether what is held covers what is needed. */
    public static boolean cover(Set<String> held, String needed) {
        if (held.contains(needed) || held.contains("*")) {
            return true;
        }
        for (int colon = needed.lastIndexOf(':'); colon > 0; colon = needed.lastIndexOf(':', colon - 1)) {
            if (held.contains(needed.substring(0, colon + 1) + "*")) {
                return true;
            }
        }
        return false;
    }
}
