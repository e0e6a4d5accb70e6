package dev.millwright.k8s.state;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kind;
import java.time.Instant;
import java.util.Optional;

/** Where the objects come from: a cluster, or files that were made of one. */
public interface Source {
    /** @param namespace empty for all, and for kinds that are in none */
    Listing list(Kind kind, Optional<String> namespace);

    /**
     * Text of a log, its newest part; empty where there is none.
     *
     * @param previous of the run before the last restart
     */
    Optional<String> log(String namespace, String pod, String container, boolean previous);

    /**
     * One GET of a path that answers JSON, as a kubelet's summary, or of {@code /readyz?verbose} and its like, whose lines
     * come as a text node; empty where it cannot be had.
     */
    Optional<JsonNode> json(String path);

    /** The moment the state is of. */
    Instant now();
}
