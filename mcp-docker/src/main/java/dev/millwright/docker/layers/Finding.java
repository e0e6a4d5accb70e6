package dev.millwright.docker.layers;

import dev.millwright.json.Doc;
import java.util.List;
import java.util.OptionalInt;

/**
 * Bytes of one layer that need not be carried, for one reason.
 *
 * @param files how many
 * @param layer index of the layer that carries them
 * @param by index of the layer that made them useless; empty where the final image still shows them
 * @param examples the largest, with a leading slash
 * @param fix what to change, in words
 * @param sizeAfter bytes of the image if only this were fixed
 */
public record Finding(
        Cause cause,
        long bytes,
        int files,
        int layer,
        OptionalInt by,
        List<String> examples,
        String fix,
        @Doc(name = "size_after", value = "") long sizeAfter) {
    public Finding {
        examples = List.copyOf(examples);
    }
}
