package dev.millwright.k8s.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** Lists that watches keep as they are now, so that they need not be asked for again. */
public interface Kept {
    /** Keeps nothing: each list is asked for. */
    Kept NOTHING = new Kept() {
        @Override
        public Optional<List<JsonNode>> read(Kind kind, Optional<String> namespace, Members members) {
            return Optional.empty();
        }

        @Override
        public void listed(
                Kind kind, Optional<String> namespace, Members members, List<JsonNode> all, String resourceVersion) {}
    };

    /** All objects of a kind, in the order of a list; empty where it has to be asked for. Nobody changes them. */
    Optional<List<JsonNode>> read(Kind kind, Optional<String> namespace, Members members);

    /**
     * Is told a whole list that was just read.
     *
     * @param members what was kept of each object, which is part of what the list is
     * @param resourceVersion of the list, where a watch may go on
     */
    void listed(Kind kind, Optional<String> namespace, Members members, List<JsonNode> all, String resourceVersion);
}
