package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.ListQuery;
import dev.millwright.k8s.api.Page;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Waits for an object: by a watch from the version that was listed, again from a new list when that version is too old;
 * by asking again and again where a watch is not allowed.
 */
final class Awaiting {
    /** What a server itself takes for a watch at most varies from here on. */
    private static final long LONGEST_WATCH_SECONDS = 240;

    private static final Duration POLL = Duration.ofSeconds(1);

    private final FabricCluster cluster;
    private final Requests requests;
    private final Kind kind;
    private final Optional<String> namespace;
    private final String name;
    private final Predicate<JsonNode> condition;
    private final long end;
    private volatile JsonNode object = MissingNode.getInstance();
    private volatile boolean over;
    private volatile boolean watchable = true;
    private volatile Optional<Throwable> failure = Optional.empty();

    Awaiting(
            FabricCluster cluster,
            Requests requests,
            Kind kind,
            Optional<String> namespace,
            String name,
            Predicate<JsonNode> condition,
            Duration patience) {
        this.cluster = cluster;
        this.requests = requests;
        this.kind = kind;
        this.namespace = namespace;
        this.name = name;
        this.condition = condition;
        this.end = System.nanoTime() + patience.toNanos();
    }

    JsonNode await() throws InterruptedException {
        String version = look();
        while (!over && left() > 0) {
            if (watchable && !version.isEmpty()) {
                watch(version);
            } else {
                pause();
            }
            if (!over) {
                version = lookAgain();
            }
        }
        return object;
    }

    private void pause() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(Math.min(POLL.toNanos(), Math.max(1, left())));
    }

    /** An API server that is away for a moment is waited for, too. */
    private String lookAgain() throws InterruptedException {
        try {
            return look();
        } catch (ApiError e) {
            boolean passes = e.reason().equals("Unreachable") || e.code() == 429 || e.code() >= 500;
            if (!passes || left() <= 0) {
                throw e;
            }
            pause();
            return "";
        }
    }

    private long left() {
        return end - System.nanoTime();
    }

    /** The object as it is. @return the version a watch may go on from; empty where it may not be listed */
    private String look() {
        try {
            if (watchable) {
                Page page = cluster.list(
                        kind,
                        ListQuery.in(namespace).fields("metadata.name=" + name).limit(1));
                take(
                        page.items().isEmpty()
                                ? MissingNode.getInstance()
                                : page.items().getFirst());
                return page.resourceVersion();
            }
        } catch (ApiError e) {
            if (!e.isForbidden()) {
                throw e;
            }
            watchable = false;
        }
        take(cluster.get(kind, namespace, name).orElse(MissingNode.getInstance()));
        return "";
    }

    private void take(JsonNode now) {
        object = now;
        over = condition.test(now) || now.isMissingNode();
    }

    private void watch(String version) throws InterruptedException {
        long seconds = Math.clamp(TimeUnit.NANOSECONDS.toSeconds(left()) + 1, 1, LONGEST_WATCH_SECONDS);
        CountDownLatch stop = new CountDownLatch(1);
        try {
            requests.stream(
                    Requests.Ask.get(
                            FabricCluster.watchPath(kind, namespace, name, version, seconds),
                            "watch %s %s".formatted(kind.resource(), name)),
                    () -> {},
                    new EventLines(each -> take(each, stop)),
                    Duration.ofNanos(Math.max(1, left())),
                    stop);
        } catch (ApiError e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            // A version too old, a broken connection, a watch that is not allowed: the next look says how things are.
            watchable = !e.isForbidden() && e.code() != 405;
            if (!e.isGone()) {
                pause();
            }
        }
        if (failure.isPresent()) {
            throw new IllegalStateException("the condition failed", failure.get());
        }
    }

    private void take(byte[] line, CountDownLatch stop) {
        if (over) {
            return;
        }
        try {
            event(Json.read(line, 0, line.length), stop);
        } catch (JsonProcessingException e) {
            // Not a watch's answer: the next look says how things are.
            watchable = false;
            stop.countDown();
        } catch (RuntimeException e) {
            failure = Optional.of(e);
            stop.countDown();
        }
        if (over) {
            stop.countDown();
        }
    }

    private void event(JsonNode event, CountDownLatch stop) {
        switch (event.path("type").asText()) {
            case "ADDED", "MODIFIED" -> take(event.path("object"));
            case "DELETED" -> take(MissingNode.getInstance());
            case "BOOKMARK" -> {}
            // ERROR with 410 Gone, mostly: begin anew.
            default -> stop.countDown();
        }
    }
}
