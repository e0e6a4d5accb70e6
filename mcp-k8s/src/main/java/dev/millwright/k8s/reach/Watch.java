package dev.millwright.k8s.reach;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.api.Watcher;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * The objects of one list, kept by a watch as they are now. They may be read only while the watch is open: not while it
 * is being asked for again, and not when it ended before its time, for nobody knows what was missed.
 */
final class Watch implements Watcher {
    /** How a watch ended. */
    enum End {
        /** Nobody reads it any more. */
        UNWANTED,
        /** With what has come there is no room for it. */
        CROWDED,
        /** Its version was too old for the server to go on from. */
        GONE,
        /** It broke, or was refused. */
        BROKEN
    }

    /**
     * Within this time of being open, a watch has told what happened since the list. Until then the list is older than
     * one that is asked for might be.
     */
    private static final Duration SETTLING = Duration.ofMillis(250);

    private record Held(JsonNode object, long bytes) {}

    private final Cluster cluster;
    private final Kind kind;
    private final Optional<String> namespace;
    private final Members members;
    private final Duration span;
    private final LongPredicate room;
    private final TreeMap<String, Held> objects = new TreeMap<>();
    private String version;
    private long bytes;
    private boolean open;
    private long openedAt;
    private boolean crowded;
    private boolean lasted;
    private boolean over;
    private Instant read;

    /**
     * @param span how long one request watches; so long may pass until a lost connection or a lost right is noticed
     * @param room takes by how many bytes it has grown, and says whether there is room for that
     */
    Watch(
            Cluster cluster,
            Kind kind,
            Optional<String> namespace,
            Members members,
            List<JsonNode> all,
            String version,
            Duration span,
            LongPredicate room,
            Instant now) {
        this.cluster = cluster;
        this.kind = kind;
        this.namespace = namespace;
        this.members = members;
        this.version = version;
        this.span = span;
        this.room = room;
        this.read = now;
        all.forEach(this::put);
    }

    /** In the order of a list; empty where it has to be asked for. */
    synchronized Optional<List<JsonNode>> read(Instant now) {
        read = now;
        return open && System.nanoTime() - openedAt > SETTLING.toNanos()
                ? Optional.of(objects.values().stream().map(Held::object).toList())
                : Optional.empty();
    }

    synchronized Instant lastRead() {
        return read;
    }

    /** Of all its objects, as JSON. */
    synchronized long bytes() {
        return bytes;
    }

    @Override
    public synchronized void opened() {
        open = true;
        openedAt = System.nanoTime();
    }

    @Override
    public synchronized void changed(String type, JsonNode object) {
        if (over) {
            return;
        }
        long before = bytes;
        version = object.at("/metadata/resourceVersion").asText(version);
        switch (type) {
            case "ADDED", "MODIFIED" -> put(object);
            case "DELETED" -> remove(key(object));
            default -> {}
        }
        if (!room.test(bytes - before)) {
            crowded = true;
            throw new ApiError(
                    ApiError.UNREACHABLE, "Crowded", "watch " + kind.resource(), "no room for it", Optional.empty());
        }
    }

    private static String key(JsonNode object) {
        return object.at("/metadata/namespace").asText() + "/"
                + object.at("/metadata/name").asText();
    }

    private void put(JsonNode object) {
        String key = key(object);
        remove(key);
        Held held = new Held(object, Json.size(object));
        objects.put(key, held);
        bytes += held.bytes();
    }

    private void remove(String key) {
        Held held = objects.remove(key);
        bytes -= held == null ? 0 : held.bytes();
    }

    /** Watches, one request after the other, as long as it is wanted. */
    End follow(BooleanSupplier wanted) throws InterruptedException {
        try {
            return followed(wanted);
        } finally {
            end();
        }
    }

    private synchronized void end() {
        over = true;
    }

    private End followed(BooleanSupplier wanted) throws InterruptedException {
        while (wanted.getAsBoolean()) {
            long begun = System.nanoTime();
            try {
                cluster.watch(kind, namespace, members, from(), span, this);
            } catch (ApiError e) {
                return isCrowded() ? End.CROWDED : e.isGone() ? End.GONE : End.BROKEN;
            } finally {
                shut();
            }
            // An end before its time is no end that the server meant.
            if (System.nanoTime() - begun < span.toNanos() * 9 / 10) {
                return End.BROKEN;
            }
            lasted = true;
        }
        return End.UNWANTED;
    }

    /** Whether it once watched for as long as it was meant to; to be asked by the thread that follows. */
    boolean hasLasted() {
        return lasted;
    }

    private synchronized boolean isCrowded() {
        return crowded;
    }

    private synchronized String from() {
        return version;
    }

    private synchronized void shut() {
        open = false;
    }
}
