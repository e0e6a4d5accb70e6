package dev.millwright.git.remote;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import dev.millwright.git.config.HostPattern;
import dev.millwright.git.config.RemoteHost;
import dev.millwright.tool.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Tells before the first call whether a host's files and secrets are as a connection will want them. */
public final class Readiness {
    private Readiness() {}

    /**
     * The ways to a host that are ready, read by the same code as a connection reads them.
     *
     * @param name as the configuration has it
     * @throws ToolException {@code UNAVAILABLE} for the first thing that is missing or wrong; no secret is in its message
     */
    public static List<String> of(String name, RemoteHost settings, Function<Secret, Supplier<String>> secrets) {
        HostPattern pattern = HostPattern.of(name);
        Host host = new Host(pattern.name(), pattern.port() == 0 ? 22 : pattern.port(), settings, pattern.isExact());
        settings.caFile().ifPresent(file -> WebConnection.trusted(host.name(), Path.of(file)));
        String web = (settings.http() ? "http and https " : "https ")
                + (password(name, settings.password(), secrets) ? "with a password" : "without a password");
        boolean agent = settings.agent().isPresent();
        if (agent && Files.notExists(Path.of(settings.agent().get()))) {
            throw ToolException.unavailable("the socket of hosts.%s.agent is not there".formatted(name));
        }
        if (ShellSessions.keys(host, secrets).isEmpty() && !agent) {
            return List.of(web);
        }
        checkKnown(name, host);
        return List.of(web, "ssh with " + (agent ? "an agent" : "a key"));
    }

    private static boolean password(
            String name, Optional<Secret> password, Function<Secret, Supplier<String>> secrets) {
        try {
            password.ifPresent(secret -> secrets.apply(secret).get());
            return password.isPresent();
        } catch (ConfigException e) {
            throw ToolException.unavailable(
                    "the password of hosts.%s cannot be had: %s".formatted(name, e.getMessage()));
        }
    }

    private static void checkKnown(String name, Host host) {
        if (host.settings().knownHosts().isEmpty()) {
            throw ToolException.unavailable("hosts.%s has no known-hosts: SSH is refused".formatted(name));
        } else if (!new KnownHosts(host, new Refusal()).knowsOne() && host.exact()) {
            throw ToolException.unavailable("the file of hosts.%s.known-hosts has no key of it".formatted(name));
        }
    }
}
