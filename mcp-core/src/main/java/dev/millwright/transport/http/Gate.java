package dev.millwright.transport.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.audit.AuditEvent;
import dev.millwright.audit.AuditLog;
import dev.millwright.audit.Durability;
import dev.millwright.call.Ids;
import dev.millwright.call.Who;
import dev.millwright.identity.Caller;
import dev.millwright.identity.Challenge;
import dev.millwright.identity.Tenants;
import dev.millwright.identity.Unauthenticated;
import dev.millwright.protocol.Errors;
import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Lets a request in: addressed to us, from a page that may, by somebody we know, in a tenant of theirs. */
final class Gate {
    static final String TENANT = "Millwright-Tenant";

    private static final String METHODS = "GET, POST, DELETE";
    private static final String REQUEST_HEADERS =
            "Authorization, Content-Type, Accept, Last-Event-ID, MCP-Protocol-Version, Mcp-Session-Id, Mcp-Method, "
                    + "Mcp-Name, Millwright-Tenant, traceparent, tracestate, baggage";
    private static final String RESPONSE_HEADERS = "Mcp-Session-Id, WWW-Authenticate";

    private final AllowList allowed;
    private final Access access;
    private final Tenants tenants;
    private final AuditLog audit;
    private final Refusals refusals;
    private final Clock clock;

    Gate(AllowList allowed, Access access, Tenants tenants, AuditLog audit, Refusals refusals, Clock clock) {
        this.allowed = allowed;
        this.access = access;
        this.tenants = tenants;
        this.audit = audit;
        this.refusals = refusals;
        this.clock = clock;
    }

    /** Whether the request may be looked at; when not, or when it only asks (CORS), it has been answered. */
    boolean addressed(Exchange exchange) {
        Optional<String> host = exchange.header("Host");
        if (host.isEmpty() || !allowed.host(host.get())) {
            String message = "the Host header names none of our hosts (allowed-hosts)";
            refusals.refused(exchange, "host", message);
            exchange.error(403, Errors.REFUSED, message);
            return false;
        }
        Optional<String> origin = exchange.header("Origin");
        if (origin.isPresent()) {
            if (!allowed.origin(origin.get())) {
                String message = "pages of this origin may not call (allowed-origins)";
                refusals.refused(exchange, "origin", message);
                exchange.error(403, Errors.REFUSED, message);
                return false;
            }
            exchange.set("Access-Control-Allow-Origin", origin.get());
            exchange.set("Access-Control-Expose-Headers", RESPONSE_HEADERS);
            exchange.set("Vary", "Origin");
        }
        if (exchange.method().equals("OPTIONS")) {
            exchange.set("Allow", METHODS + ", OPTIONS");
            if (origin.isPresent()) {
                exchange.set("Access-Control-Allow-Methods", METHODS);
                exchange.set("Access-Control-Allow-Headers", REQUEST_HEADERS);
                exchange.set("Access-Control-Max-Age", "600");
            }
            exchange.status(204);
            return false;
        }
        return true;
    }

    /** Who is calling, or empty when nobody we know is, which has been answered. @param metadata where they can learn how to get a token */
    Optional<Caller> known(Exchange exchange, String metadata) {
        return switch (access) {
            case Access.Open open -> Optional.of(Caller.local());
            case Access.Guarded guarded -> {
                try {
                    yield Optional.of(guarded.authenticator().authenticate(exchange.header("Authorization")));
                } catch (Unauthenticated e) {
                    refusals.unauthenticated(exchange, e);
                    if (e.reason() == Unauthenticated.Reason.UNVERIFIABLE) {
                        exchange.set("Retry-After", "5");
                        exchange.error(503, Errors.REFUSED, e.getMessage());
                    } else {
                        exchange.set("WWW-Authenticate", challenge(guarded, e, metadata));
                        exchange.error(401, Errors.REFUSED, e.getMessage());
                    }
                    yield Optional.empty();
                }
            }
        };
    }

    private static String challenge(Access.Guarded guarded, Unauthenticated why, String metadata) {
        return guarded.oauth()
                .map(oauth -> new Challenge(metadata).unauthorized(why, oauth.scopes()))
                .orElse("Bearer realm=\"millwright\"");
    }

    /** The caller in the tenant they ask for; when they may not, or must say which, that has been answered. */
    Optional<Who> tenant(Exchange exchange, Caller caller, String server) {
        Optional<String> asked = exchange.header(TENANT);
        try {
            return Optional.of(new Who(caller, tenants.of(caller, asked)));
        } catch (ToolException e) {
            boolean denied = e.kind() == ToolException.Kind.DENIED;
            if (denied) {
                refusals.refused(exchange, "tenant", e.getMessage());
                record(caller, asked.filter(tenants.names()::contains).orElse("?"), server);
            }
            exchange.error(denied ? 403 : 400, denied ? Errors.REFUSED : Errors.INVALID_REQUEST, e.getMessage());
            return Optional.empty();
        }
    }

    private void record(Caller caller, String tenant, String server) {
        AuditEvent event = new AuditEvent(
                clock.instant(),
                Ids.next(),
                caller.id(),
                tenant,
                server.isEmpty() ? "millwright" : server,
                "http",
                Optional.empty(),
                "",
                "denied",
                0,
                0,
                0,
                Optional.of("not a member of the tenant asked for"));
        audit.append(event, Durability.ASYNC);
    }

    /** Refuses a call whose token holds too few scopes. @param needed all of them */
    void insufficient(Exchange exchange, String metadata, List<String> needed, JsonNode id) {
        exchange.set("WWW-Authenticate", new Challenge(metadata).insufficientScope(needed));
        exchange.error(
                403,
                Errors.REFUSED,
                "the access token must hold the scopes " + String.join(" ", needed),
                Optional.of(id));
    }
}
