package dev.millwright.transport.http;

import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Whom requests may be addressed to (Host) and from which web pages they may come (Origin).
 *
 * <p>Without it a page on the web could, by letting its name resolve to 127.0.0.1, talk to a server on this machine.
 */
final class AllowList {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> hosts = new HashSet<>(LOOPBACK);
    private final Set<String> origins;

    AllowList(HttpConfig config) {
        this.origins = new HashSet<>(config.allowedOrigins());
        hosts.addAll(config.allowedHosts());
        hosts.add(config.bind().contains(":") ? "[" + config.bind() + "]" : config.bind());
        config.publicUrl().map(URI::create).ifPresent(url -> {
            hosts.add(url.getHost().toLowerCase(Locale.ROOT));
            origins.add((url.getScheme() + "://" + url.getRawAuthority()).toLowerCase(Locale.ROOT));
        });
    }

    /** @param authority of the Host header, with or without a port */
    boolean host(String authority) {
        String lower = authority.toLowerCase(Locale.ROOT);
        return hosts.contains(lower) || hosts.contains(withoutPort(lower));
    }

    boolean origin(String origin) {
        String lower = origin.toLowerCase(Locale.ROOT);
        if (origins.contains(lower)) {
            return true;
        }
        int scheme = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
        return scheme > 0 && LOOPBACK.contains(withoutPort(lower.substring(scheme)));
    }

    private static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean port = colon > authority.lastIndexOf(']')
                && authority.chars().skip(colon + 1L).allMatch(c -> c >= '0' && c <= '9');
        return port ? authority.substring(0, colon) : authority;
    }
}
