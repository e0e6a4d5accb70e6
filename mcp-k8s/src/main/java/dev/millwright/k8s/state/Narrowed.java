package dev.millwright.k8s.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Less of a source.
 *
 * @param since events that last happened longer ago than this are left out; empty for all
 * @param logs whether logs are read
 * @param kubelets whether kubelets are asked for what is used: a call for each node
 */
public record Narrowed(Source source, Optional<Duration> since, boolean logs, boolean kubelets) implements Source {
    @Override
    public Listing list(Kind kind, Optional<String> namespace) {
        Listing all = source.list(kind, namespace);
        if (since.isEmpty() || !kind.equals(Kinds.EVENT)) {
            return all;
        }
        Instant oldest = now().minus(since.get());
        return new Listing(
                all.items().stream()
                        .filter(each -> !Event.of(each.json())
                                .last()
                                .orElse(Instant.MAX)
                                .isBefore(oldest))
                        .toList(),
                all.missing());
    }

    @Override
    public Optional<String> log(String namespace, String pod, String container, boolean previous) {
        return logs ? source.log(namespace, pod, container, previous) : Optional.empty();
    }

    @Override
    public Optional<JsonNode> json(String path) {
        return kubelets || !path.contains("/proxy/") ? source.json(path) : Optional.empty();
    }

    @Override
    public Instant now() {
        return source.now();
    }
}
