package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.api.Watcher;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** One watch of all objects of a kind, until the server ends it. */
final class Following {
    /** Longer than asked for, since the server counts from when it has the request. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Requests requests;
    private final Requests.Ask ask;
    private final Members members;
    private final Watcher watcher;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile Optional<RuntimeException> failure = Optional.empty();

    Following(Requests requests, Requests.Ask ask, Members members, Watcher watcher) {
        this.requests = requests;
        this.ask = ask;
        this.members = members;
        this.watcher = watcher;
    }

    /** @throws ApiError for a watch that is refused, now or when its version has become too old */
    void follow(Duration time) throws InterruptedException {
        requests.stream(ask, watcher::opened, new EventLines(this::take), time.plus(GRACE), stop);
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void take(byte[] line) {
        if (failure.isPresent()) {
            return;
        }
        try {
            Lists.Event event = Lists.event(line, line.length, members);
            switch (event.type()) {
                case "ADDED", "MODIFIED", "DELETED", "BOOKMARK" -> watcher.changed(event.type(), event.object());
                default -> end(refused(event.object()));
            }
        } catch (JsonProcessingException e) {
            end(new ApiError(ApiError.UNREACHABLE, "Unreachable", ask.what(), "no watch's answer", Optional.of(e)));
        } catch (RuntimeException e) {
            end(e);
        }
    }

    private void end(RuntimeException why) {
        failure = Optional.of(why);
        stop.countDown();
    }

    /** 410 Gone, mostly. */
    private ApiError refused(JsonNode status) {
        return new ApiError(
                status.path("code").asInt(500),
                status.path("reason").asText(""),
                ask.what(),
                status.path("message").asText("the watch failed"),
                Optional.empty());
    }
}
