package dev.millwright.git;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import dev.millwright.git.config.CodeHost;
import dev.millwright.git.config.GitReach;
import dev.millwright.git.config.RemoteHost;
import dev.millwright.git.remote.Readiness;
import dev.millwright.server.McpServer.Check;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** What {@code doctor} says of a tenant's hosts: whether files and secrets are there. No host is contacted. */
record HostsCheck(Tenant tenant, GitReach reach, Function<Secret, Supplier<String>> secrets) {
    /** One of each host that remotes may be on, and of each that can be searched, by name. */
    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        new TreeMap<>(reach.hosts()).forEach((name, host) -> checks.add(remote(name, host)));
        new TreeMap<>(reach.hosting()).forEach((name, host) -> checks.add(hosting(name, host)));
        return checks;
    }

    private Check remote(String name, RemoteHost host) {
        String subject = "tenant %s, host %s".formatted(tenant.name(), name);
        try {
            return Check.ok(subject, String.join("; ", Readiness.of(name, host, secrets)));
        } catch (ToolException e) {
            return missing(subject, e, "hosts." + name);
        }
    }

    private Check hosting(String name, CodeHost host) {
        String subject = "tenant %s, hosting %s".formatted(tenant.name(), name);
        try {
            host.token().ifPresent(token -> secrets.apply(token).get());
            return Check.ok(subject, host.base() + (host.token().isPresent() ? " with a token" : " without a token"));
        } catch (ConfigException e) {
            return missing(subject, e, "hosting." + name);
        }
    }

    private Check missing(String subject, Exception e, String key) {
        return new Check(
                subject,
                Check.State.MISSING,
                String.valueOf(e.getMessage()),
                "change tenants.%s.reach.git.%s, or what it names".formatted(tenant.name(), key));
    }
}
