package dev.millwright.protocol.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Who;
import dev.millwright.json.Json;
import dev.millwright.protocol.Changes;
import dev.millwright.protocol.Changes.Change;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Era;
import dev.millwright.protocol.ProtocolException;
import dev.millwright.tool.Tenant;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The open {@code subscriptions/listen} requests of an endpoint. */
final class Subscriptions implements AutoCloseable {
    /** Resources one request may watch. */
    private static final int MOST_RESOURCES = 1000;

    private final Endpoint endpoint;
    private final Set<Pending> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Subscriptions(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Delivers changes until the request is cancelled, by an interrupt, or the server closes: then it returns. */
    void listen(JsonNode id, ObjectNode params, Who who, Outlet outlet)
            throws ProtocolException, IOException, InterruptedException {
        JsonNode asked = params.path("notifications");
        if (!asked.isObject()) {
            throw new ProtocolException(
                    ProtocolException.Reason.INVALID_PARAMS,
                    "notifications must be an object naming what to listen to");
        }
        Set<Change> wanted = new LinkedHashSet<>();
        ObjectNode accepted = Json.object();
        accept(asked, "toolsListChanged", true, new Change.Tools(), wanted, accepted);
        accept(asked, "promptsListChanged", endpoint.hasPrompts(), new Change.Prompts(), wanted, accepted);
        acceptResources(asked.path("resourceSubscriptions"), who, wanted, accepted);
        Pending pending = new Pending(wanted, who.tenant());
        open.add(pending);
        try (var _ = endpoint.changes().listen(pending)) {
            endpoint.watch();
            ObjectNode acknowledged = Json.object();
            acknowledged.set("notifications", accepted);
            outlet.notify(notification("notifications/subscriptions/acknowledged", acknowledged, id));
            while (true) {
                List<Change> changes = pending.take(this);
                if (changes.isEmpty()) {
                    return;
                }
                for (Change change : changes) {
                    outlet.notify(notification(change, id));
                }
            }
        } finally {
            open.remove(pending);
        }
    }

    private static void accept(
            JsonNode asked, String key, boolean offered, Change change, Set<Change> wanted, ObjectNode accepted) {
        if (asked.path(key).asBoolean() && offered) {
            wanted.add(change);
            accepted.put(key, true);
        }
    }

    private void acceptResources(JsonNode uris, Who who, Set<Change> wanted, ObjectNode accepted)
            throws ProtocolException {
        if (uris.size() > MOST_RESOURCES) {
            throw new ProtocolException(
                    ProtocolException.Reason.INVALID_PARAMS,
                    "resourceSubscriptions has %d entries; at most %d fit".formatted(uris.size(), MOST_RESOURCES));
        }
        ArrayNode kept = Json.array();
        for (JsonNode uri : uris) {
            if (uri.isTextual() && endpoint.mayRead(who, uri.textValue())) {
                wanted.add(new Change.Resource(uri.textValue()));
                kept.add(uri);
            }
        }
        if (!kept.isEmpty()) {
            accepted.set("resourceSubscriptions", kept);
        }
    }

    private static ObjectNode notification(Change change, JsonNode id) {
        return switch (change) {
            case Change.Tools _ -> notification("notifications/tools/list_changed", Json.object(), id);
            case Change.Prompts _ -> notification("notifications/prompts/list_changed", Json.object(), id);
            case Change.Resource resource ->
                notification("notifications/resources/updated", Json.object().put("uri", resource.uri()), id);
        };
    }

    private static ObjectNode notification(String method, ObjectNode params, JsonNode id) {
        ObjectNode notification = Json.object().put("jsonrpc", "2.0").put("method", method);
        params.putObject("_meta").set(Era.META + "subscriptionId", id);
        notification.set("params", params);
        return notification;
    }

    /** Ends every open request with a result. */
    @Override
    public void close() {
        closed = true;
        open.forEach(Pending::wake);
    }

    /** Changes not yet delivered, each at most once: a slow client gets fewer notifications, not older ones. */
    private static final class Pending implements Changes.Listener {
        private final Set<Change> wanted;
        private final Set<Changes.Watched> watched;
        private final Set<Change> changes = new LinkedHashSet<>();

        Pending(Set<Change> wanted, Tenant tenant) {
            this.wanted = wanted;
            this.watched = wanted.stream()
                    .filter(Change.Resource.class::isInstance)
                    .map(change -> new Changes.Watched(tenant, ((Change.Resource) change).uri()))
                    .collect(Collectors.toSet());
        }

        @Override
        public Set<Changes.Watched> watched() {
            return watched;
        }

        @Override
        public synchronized void changed(Change change) {
            if (wanted.contains(change)) {
                changes.add(change);
                notifyAll();
            }
        }

        synchronized void wake() {
            notifyAll();
        }

        /** Waits for changes; none when the subscriptions close. */
        synchronized List<Change> take(Subscriptions all) throws InterruptedException {
            while (changes.isEmpty() && !all.closed) {
                wait();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            List<Change> taken = List.copyOf(changes);
            changes.clear();
            return taken;
        }
    }
}
