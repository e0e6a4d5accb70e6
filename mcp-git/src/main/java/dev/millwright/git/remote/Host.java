package dev.millwright.git.remote;

import dev.millwright.git.config.GitReach;
import dev.millwright.git.config.HostPattern;
import dev.millwright.git.config.RemoteHost;
import dev.millwright.tool.ToolException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * A host that the operator allows, as one address reaches it.
 *
 * @param exact whether the configuration names this very host, and so may mean one in a private network
 */
record Host(String name, int port, RemoteHost settings, boolean exact) {
    /** @throws ToolException {@code DENIED} for a host that no entry of the tenant's speaks of */
    static Host of(GitReach reach, RemoteUrl.Web url) {
        Host host = of(reach, url.host(), url.port(), url.tls() ? 443 : 80);
        if (!url.tls() && !host.settings().http()) {
            throw ToolException.denied(
                    url.host() + " may not be reached by http without TLS; the operator can allow it:" + " hosts."
                            + url.host() + ".http");
        }
        return host;
    }

    /** @throws ToolException {@code DENIED} for a host that no entry of the tenant's speaks of */
    static Host of(GitReach reach, RemoteUrl.Shell url) {
        return of(reach, url.host(), url.port(), 22);
    }

    private static Host of(GitReach reach, String name, int port, int usual) {
        record Entry(HostPattern pattern, RemoteHost settings) {}
        Optional<Entry> best = reach.hosts().entrySet().stream()
                .map(each -> new Entry(HostPattern.of(each.getKey()), each.getValue()))
                .filter(entry -> entry.pattern().matches(name, port, usual))
                .max(Comparator.comparing((Entry entry) -> entry.pattern().isExact())
                        .thenComparing(entry -> entry.pattern().name().length())
                        .thenComparing(entry -> entry.pattern().port()));
        Entry entry = best.orElseThrow(() -> ToolException.denied(
                "%s%s is not among the hosts the operator allows%s; he can add it to hosts in the configuration"
                        .formatted(name, port == usual ? "" : ":" + port, known(reach.hosts()))));
        return new Host(name, port, entry.settings(), entry.pattern().isExact());
    }

    private static String known(Map<String, RemoteHost> hosts) {
        return hosts.isEmpty()
                ? ""
                : " ("
                        + String.join(
                                ", ", hosts.keySet().stream().sorted().limit(20).toList()) + ")";
    }

    /**
     * Looks its addresses up.
     *
     * @throws ToolException {@code DENIED} where one is not public and the configuration does not name this very host;
     *     {@code NOT_FOUND} where it has none
     */
    void checkAddresses() {
        try {
            for (InetAddress address : InetAddress.getAllByName(name)) {
                if (!exact && !isPublic(address)) {
                    throw ToolException.denied(
                            name + " leads into a private network; the operator can name this very" + " host in hosts");
                }
            }
        } catch (UnknownHostException e) {
            throw ToolException.notFound("there is no host " + name);
        }
    }

    /** By the IANA registries of special-purpose addresses; IPv4 in IPv6 was unwrapped by {@link InetAddress}. */
    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] b = address.getAddress();
        int first = b[0] & 0xff;
        int second = b[1] & 0xff;
        if (address instanceof Inet4Address) {
            return !(first == 0
                    || first >= 240
                    || first == 100 && second >= 64 && second < 128
                    || first == 192 && second == 0 && (b[2] == 0 || b[2] == 2)
                    || first == 198 && (second == 18 || second == 19 || second == 51 && b[2] == 100)
                    || first == 203 && second == 0 && b[2] == 113);
        }
        // Global unicast is 2000::/3; of it 6to4 (2002::/16), Teredo and documentation (2001::/23, 2001:db8::/32) carry
        // or
        // name other addresses. NAT64 (64:ff9b::/96) is not in it.
        return (first & 0xe0) == 0x20
                && !(first == 0x20 && second == 2)
                && !(first == 0x20 && second == 1 && ((b[2] & 0xfe) == 0 || b[2] == 0x0d && (b[3] & 0xff) == 0xb8));
    }
}
