package dev.millwright.k8s.snapshot;

import dev.millwright.k8s.state.MemorySource;
import java.util.List;
import java.util.Optional;

/**
 * The state of a cluster as files hold it.
 *
 * @param namespace the one it was made of, or the only one it holds; empty for several
 * @param partial what is not in it, as far as is known: what its maker could not read, files that could not be
 */
public record Snapshot(MemorySource source, Optional<String> namespace, List<String> partial) {
    public Snapshot {
        partial = List.copyOf(partial);
    }
}
