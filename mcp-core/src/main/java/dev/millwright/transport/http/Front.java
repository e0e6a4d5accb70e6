package dev.millwright.transport.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Who;
import dev.millwright.identity.Caller;
import dev.millwright.identity.ResourceMetadata;
import dev.millwright.json.Json;
import dev.millwright.protocol.Errors;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.LoggerFactory;

/** Every path there is, and what every request goes through before it gets to one. */
final class Front extends Handler.Abstract {
    private static final String METADATA = "/.well-known/oauth-protected-resource";

    /** What answers at a path. */
    private interface Route {
        void serve(Exchange exchange) throws IOException, InterruptedException;
    }

    /** What answers at a path of an endpoint, for somebody we know. */
    private interface Inner {
        void serve(Exchange exchange, Who who) throws IOException, InterruptedException;
    }

    private final Gate gate;
    private final Work work;
    private final List<Probe> probes;
    private final PrometheusMetrics metrics;
    private final Map<String, Route> open = new HashMap<>();
    private final Map<String, Route> guarded = new HashMap<>();

    Front(Gate gate, Work work, List<Probe> probes, PrometheusMetrics metrics) {
        this.gate = gate;
        this.work = work;
        this.probes = List.copyOf(probes);
        this.metrics = metrics;
        open.put("/healthz", exchange -> exchange.text(200, "text/plain", "ok\n"));
        open.put("/readyz", this::ready);
        guarded.put("/metrics", this::metrics);
    }

    void mount(Mount mount, Door door, boolean legacy) {
        guarded.put(mount.prefix() + "/mcp", exchange -> inside(exchange, mount, door, door::mcp));
        if (legacy) {
            guarded.put(mount.prefix() + "/sse", exchange -> inside(exchange, mount, door, door::sse));
            guarded.put(mount.prefix() + "/sse/message", exchange -> inside(exchange, mount, door, door::message));
        }
    }

    /** Publishes where to get tokens for a resource (RFC 9728), at the paths clients derive from its URL. */
    void describe(ResourceMetadata resource, String path, boolean root) {
        ObjectNode json = resource.json();
        Route route = exchange -> exchange.json(200, json);
        guarded.put(METADATA + path, route);
        guarded.put(METADATA + URI.create(resource.resource()).getRawPath(), route);
        if (root) {
            guarded.put(METADATA, route);
        }
    }

    /** URL of the document that {@link #describe} publishes for a resource. */
    static String metadata(URI resource) {
        return resource.getScheme() + "://" + resource.getRawAuthority() + METADATA + resource.getRawPath();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Exchange exchange = new Exchange(request, response, callback);
        try {
            serve(exchange);
            if (!exchange.answered()) {
                throw new IllegalStateException("no answer to " + exchange.method() + " " + exchange.path());
            }
        } catch (IOException e) {
            exchange.fail(e);
        } catch (InterruptedException e) {
            exchange.fail(e);
            Thread.currentThread().interrupt();
        } catch (ToolException e) {
            failed(exchange, 503, e.kind().name() + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            LoggerFactory.getLogger(Front.class).error("{} {}", exchange.method(), exchange.path(), e);
            failed(exchange, 500, "the request failed inside the server; its log has more", e);
        }
        return true;
    }

    private static void failed(Exchange exchange, int status, String message, Throwable why) {
        if (exchange.answered()) {
            exchange.fail(why);
        } else {
            exchange.error(status, status == 503 ? Errors.REFUSED : Errors.INTERNAL, message);
        }
    }

    private void serve(Exchange exchange) throws IOException, InterruptedException {
        Optional<Route> free = Optional.ofNullable(open.get(exchange.path()));
        if (free.isPresent()) {
            free.get().serve(exchange);
            return;
        }
        if (gate.addressed(exchange)) {
            Optional<Route> route = Optional.ofNullable(guarded.get(exchange.path()));
            if (route.isPresent()) {
                route.get().serve(exchange);
            } else {
                exchange.error(404, Errors.INVALID_REQUEST, "nothing is at this path");
            }
        }
    }

    private void inside(Exchange exchange, Mount mount, Door door, Inner inner)
            throws IOException, InterruptedException {
        Optional<Caller> caller = gate.known(exchange, door.metadata());
        if (caller.isPresent()) {
            Optional<Who> who = gate.tenant(exchange, caller.get(), mount.name());
            if (who.isPresent()) {
                inner.serve(exchange, who.get());
            }
        }
    }

    private void metrics(Exchange exchange) {
        if (gate.known(exchange, "").isPresent()) {
            exchange.text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
        }
    }

    /** 200 while calls are taken and what they need is there, else 503; says which it is, not why. */
    private void ready(Exchange exchange) {
        boolean all = !work.draining();
        ObjectNode report = Json.object();
        report.put("accepting", all);
        for (Probe probe : probes) {
            boolean fine = passes(probe);
            report.put(probe.name(), fine);
            all &= fine;
        }
        exchange.json(all ? 200 : 503, report);
    }

    private static boolean passes(Probe probe) {
        try {
            probe.check().run();
            return true;
        } catch (ToolException e) {
            LoggerFactory.getLogger(Front.class).warn("not ready: {}: {}", probe.name(), e.getMessage());
            return false;
        }
    }
}
