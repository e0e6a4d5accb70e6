package dev.millwright.docker.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * An image of an archive.
 *
 * @param id digest of its configuration, {@code sha256:…}
 * @param tags as the archive names it; may be empty
 * @param os as {@code linux}
 * @param architecture with variant, as {@code amd64}, {@code arm/v7}
 * @param config the configuration as the archive has it (OCI image-spec config.md)
 * @param history all steps, also those without a layer
 * @param layers lowest first
 */
public record ArchivedImage(
        String id,
        List<String> tags,
        String os,
        String architecture,
        JsonNode config,
        List<HistoryStep> history,
        List<ArchivedLayer> layers) {
    public ArchivedImage {
        tags = List.copyOf(tags);
        history = List.copyOf(history);
        layers = List.copyOf(layers);
    }

    /** The first tag, else the id's beginning. */
    public String name() {
        return tags.isEmpty() ? id.substring(0, Math.min(19, id.length())) : tags.getFirst();
    }
}
