package dev.millwright.distribution;

import dev.millwright.identity.ApiKey;
import dev.millwright.identity.ApiKeys;
import dev.millwright.server.Assembly;
import dev.millwright.server.McpServer;
import dev.millwright.server.McpServer.Flag;
import dev.millwright.server.command.Common;
import dev.millwright.server.command.ExitCode;
import dev.millwright.server.command.Failure;
import dev.millwright.server.command.Line;
import dev.millwright.server.command.Terminal;
import dev.millwright.server.command.Verb;
import dev.millwright.tool.Tenant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code keys create|list|revoke}: the API keys by which clients show over HTTP who they are. */
final class Keys {
    private static final Flag TENANT =
            new Flag("--tenant", "NAME", "", true, "Tenant its holder belongs to; default: default.");
    private static final Flag SCOPE =
            new Flag("--scope", "SCOPE", "", true, "What its holder may do, as in fs:read or fs:*; default: *.");
    private static final Flag DAYS =
            new Flag("--days", Common.NUMBER, "", false, "Days after which it ends; default: it does not.");

    private Keys() {}

    static Verb verb(List<McpServer<?, ?>> servers) {
        List<Flag> creating = Common.flags(TENANT, SCOPE, DAYS);
        List<Flag> plain = Common.flags();
        return Verb.group(
                "keys",
                "Create, list and revoke the API keys of HTTP clients.",
                List.of(
                        Verb.of(
                                "create",
                                "Create a key and print it, once: only its hash is kept.",
                                List.of(new Verb.Word("NAME", "1", "What to call it, as in laptop.")),
                                creating,
                                (line, terminal) -> with(
                                        line,
                                        creating,
                                        terminal,
                                        servers,
                                        (assembly, keys) -> create(line, terminal, assembly, keys))),
                        Verb.of(
                                "list",
                                "List all keys.",
                                List.of(),
                                plain,
                                (line, terminal) ->
                                        with(line, plain, terminal, servers, (assembly, keys) -> list(terminal, keys))),
                        Verb.of(
                                "revoke",
                                "End a key, for running servers too.",
                                List.of(new Verb.Word("ID", "1", "Its id, as list shows it.")),
                                plain,
                                (line, terminal) -> with(line, plain, terminal, servers, (assembly, keys) -> {
                                    ApiKey key = keys.revoke(line.words().getFirst());
                                    terminal.out().println("revoked " + key.id() + " " + key.name());
                                    return ExitCode.OK;
                                }))));
    }

    private interface Work {
        int on(Assembly assembly, ApiKeys keys);
    }

    private static int with(Line line, List<Flag> flags, Terminal terminal, List<McpServer<?, ?>> servers, Work work)
            throws Exception {
        return Common.assembled(
                line,
                flags,
                terminal,
                servers,
                Millwright.VERSION,
                assembly -> work.on(assembly, new ApiKeys(assembly.store(), Clock.systemUTC())));
    }

    private static int create(Line line, Terminal terminal, Assembly assembly, ApiKeys keys) {
        Set<String> tenants = new TreeSet<>(line.values(TENANT.option()));
        if (tenants.isEmpty()) {
            tenants.add(Tenant.DEFAULT.name());
        }
        for (String tenant : tenants) {
            if (!assembly.tenants().names().contains(tenant)) {
                throw new Failure.Usage("there is no tenant " + tenant + "; there are: "
                        + String.join(", ", new TreeSet<>(assembly.tenants().names())));
            }
        }
        Set<String> scopes = new TreeSet<>(line.values(SCOPE.option()));
        if (scopes.isEmpty()) {
            scopes.add("*");
        }
        Optional<Instant> expires = line.has(DAYS.option())
                ? Optional.of(Instant.now().plus(Duration.ofDays(Common.number(line, DAYS, 1, 1, 3650))))
                : Optional.empty();
        ApiKeys.Issued issued = keys.create(line.words().getFirst(), tenants, scopes, expires);
        terminal.err().println("millwright: this key is shown once; send it as Authorization: Bearer KEY");
        terminal.out().println(issued.token());
        return ExitCode.OK;
    }

    private static int list(Terminal terminal, ApiKeys keys) {
        for (ApiKey key : keys.list()) {
            String state = key.revoked()
                    .map(when -> "revoked " + when)
                    .or(() -> key.expires().map(when -> (when.isBefore(Instant.now()) ? "expired " : "until ") + when))
                    .orElse("active");
            terminal.out()
                    .println("%-14s %-20s tenants %s scopes %s %s"
                            .formatted(
                                    key.id(),
                                    key.name(),
                                    String.join(",", new TreeSet<>(key.tenants())),
                                    String.join(",", new TreeSet<>(key.scopes())),
                                    state));
        }
        return ExitCode.OK;
    }
}
