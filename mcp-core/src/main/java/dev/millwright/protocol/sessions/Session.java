package dev.millwright.protocol.sessions;

import dev.millwright.protocol.Changes.Change;
import dev.millwright.protocol.Changes.Watched;
import io.modelcontextprotocol.spec.McpLoggableSession;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/** An open session: what it subscribed to, and the changes it is yet to be told of, each at most once. */
final class Session {
    /** Resources one session may watch. */
    private static final int MOST_RESOURCES = 1000;

    private static final Duration SENDING = Duration.ofSeconds(10);

    private final WeakReference<McpLoggableSession> sdk;
    private final Map<String, Watched> resources = new ConcurrentHashMap<>();
    private final Set<Change> changes = new LinkedHashSet<>();
    private boolean telling;

    /** @param sdk held weakly: sessions end without a word when their transport forgets them */
    Session(McpLoggableSession sdk) {
        this.sdk = new WeakReference<>(sdk);
    }

    boolean isGone() {
        return sdk.get() == null;
    }

    /** The SDK's session, {@code null} when it is gone. */
    WeakReference<McpLoggableSession> sdk() {
        return sdk;
    }

    /** Whether there was room for it. */
    boolean subscribe(Watched resource) {
        if (resources.size() >= MOST_RESOURCES && !resources.containsKey(resource.uri())) {
            return false;
        }
        resources.put(resource.uri(), resource);
        return true;
    }

    Collection<Watched> watched() {
        return resources.values();
    }

    void unsubscribe(String uri) {
        resources.remove(uri);
    }

    /** Tells the client soon, from a thread of its own: a client that does not read holds up nobody else. */
    void tell(Change change) {
        if (change instanceof Change.Resource resource && !resources.containsKey(resource.uri())) {
            return;
        }
        synchronized (changes) {
            changes.add(change);
            if (!telling) {
                telling = true;
                Thread.ofVirtual().name("changes").start(this::tellAll);
            }
        }
    }

    private void tellAll() {
        while (true) {
            Change change;
            synchronized (changes) {
                if (changes.isEmpty()) {
                    telling = false;
                    return;
                }
                change = changes.iterator().next();
                changes.remove(change);
            }
            McpLoggableSession session = sdk.get();
            if (session != null) {
                send(session, change);
            }
        }
    }

    private static void send(McpLoggableSession session, Change change) {
        CompletableFuture<Void> sending = switch (change) {
            case Change.Tools _ -> send(session, "notifications/tools/list_changed", Map.of());
            case Change.Prompts _ -> send(session, "notifications/prompts/list_changed", Map.of());
            case Change.Resource resource ->
                send(session, "notifications/resources/updated", Map.of("uri", resource.uri()));
        };
        try {
            sending.get(SENDING.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Nobody listens on this session now; there is nothing to do for it.
            sending.cancel(true);
            LoggerFactory.getLogger(Session.class).debug("a session was not told of a change", e);
        }
    }

    private static CompletableFuture<Void> send(McpLoggableSession session, String method, Map<String, String> params) {
        return session.sendNotification(method, params).toFuture();
    }
}
