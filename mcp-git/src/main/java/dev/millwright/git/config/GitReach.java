package dev.millwright.git.config;

import dev.millwright.json.Doc;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a tenant may reach of repositories. */
public record GitReach(
        @Doc(value = "Folders with the tenant's repositories, at any depth; each must exist.", orElse = "[]")
        List<String> roots,

        @Doc(
                "Who commits: name and e-mail address, as in Ada Lovelace <ada@example.org>; else user.name and user.email of the repository.")
        Optional<String> author,

        @Doc("What signs commits and tags; else they are not signed.")
        Optional<SigningKey> signing,

        @Doc(
                value =
                        "Hosts that remotes may be on, as github.com, git.example.org:8443 or *.example.org; no others.",
                orElse = "{}")
        Map<String, RemoteHost> hosts,

        @Doc(value = "Services that search_repositories can ask, by a name for each.", orElse = "{}")
        Map<String, CodeHost> hosting) {
    public GitReach {
        roots = List.copyOf(roots);
        hosts = Map.copyOf(hosts);
        hosting = Map.copyOf(hosting);
        hosts.forEach((name, host) -> {
            if (!HostPattern.of(name).isExact() && host.http()) {
                throw new IllegalArgumentException("hosts: http needs a host by its full name, got " + name);
            }
        });
    }
}
