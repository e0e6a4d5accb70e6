package dev.millwright.k8s.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kind;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Lists several kinds at the same time, before they are asked for: those that will be, whatever the answers say. */
public final class Together implements Source, AutoCloseable {
    private final Source source;
    private final Map<MemorySource.Whole, Begun<Listing>> coming = new LinkedHashMap<>();

    /** @param kinds the longest list first; in the namespace, or in all where that is empty */
    public Together(Source source, Collection<Kind> kinds, Optional<String> namespace) {
        this.source = source;
        for (Kind kind : kinds) {
            Optional<String> in = kind.namespaced() ? namespace : Optional.empty();
            coming.computeIfAbsent(
                    new MemorySource.Whole(kind, in),
                    place -> new Begun<>("list " + kind.resource(), () -> source.list(kind, in)));
        }
    }

    @Override
    public Listing list(Kind kind, Optional<String> namespace) {
        Begun<Listing> begun = coming.get(new MemorySource.Whole(kind, namespace));
        return begun == null ? source.list(kind, namespace) : begun.get();
    }

    @Override
    public Optional<String> log(String namespace, String pod, String container, boolean previous) {
        return source.log(namespace, pod, container, previous);
    }

    @Override
    public Optional<JsonNode> json(String path) {
        return source.json(path);
    }

    @Override
    public Instant now() {
        return source.now();
    }

    /** Gives up what nobody waited for. */
    @Override
    public void close() {
        coming.values().forEach(Begun::end);
    }
}
