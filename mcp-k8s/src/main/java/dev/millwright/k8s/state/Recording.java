package dev.millwright.k8s.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kind;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Keeps what was read of a source, so that it can be written down; each thing is read once. */
public final class Recording implements Source {
    private final Source source;
    private final Map<MemorySource.Whole, Listing> listings = new LinkedHashMap<>();
    private final Map<MemorySource.LogName, Optional<String>> logs = new LinkedHashMap<>();
    private final Map<String, Optional<JsonNode>> documents = new LinkedHashMap<>();

    public Recording(Source source) {
        this.source = source;
    }

    @Override
    public Listing list(Kind kind, Optional<String> namespace) {
        return listings.computeIfAbsent(new MemorySource.Whole(kind, namespace), key -> source.list(kind, namespace));
    }

    @Override
    public Optional<String> log(String namespace, String pod, String container, boolean previous) {
        return logs.computeIfAbsent(
                new MemorySource.LogName(namespace, pod, container, previous),
                key -> source.log(namespace, pod, container, previous));
    }

    @Override
    public Optional<JsonNode> json(String path) {
        return documents.computeIfAbsent(path, source::json);
    }

    @Override
    public Instant now() {
        return source.now();
    }

    /** What was listed, by kind and place. */
    public Map<MemorySource.Whole, Listing> listings() {
        return Collections.unmodifiableMap(listings);
    }

    /** The logs that were asked for; empty where there was none. */
    public Map<MemorySource.LogName, Optional<String>> logs() {
        return Collections.unmodifiableMap(logs);
    }

    /** The paths that were asked for; empty where nothing was answered. */
    public Map<String, Optional<JsonNode>> documents() {
        return Collections.unmodifiableMap(documents);
    }
}
