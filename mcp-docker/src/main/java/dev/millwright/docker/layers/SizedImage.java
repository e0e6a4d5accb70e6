package dev.millwright.docker.layers;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.ArchivedLayer;
import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.HistoryStep;
import dev.millwright.docker.archive.LayerEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An image as sizes: of the whole, of each step that built it, and of each layer.
 *
 * @param bytes unpacked, as the source counts them
 * @param steps in the order they were built
 * @param layers lowest first
 */
public record SizedImage(String name, String id, long bytes, List<Step> steps, List<Layer> layers) {
    /** @param created RFC 3339 or seconds, as the source has it: tells a step that was built again from one out of the cache */
    public record Step(String instruction, long bytes, String created) {
        /** Steps of other instructions change the configuration alone. */
        private static final Pattern MAKES_LAYERS = Pattern.compile("(?s)(RUN|COPY|ADD|WORKDIR) .*");

        private boolean mayBeLayer() {
            return bytes > 0 || MAKES_LAYERS.matcher(instruction).matches();
        }
    }

    /** @param diffId digest of its tar */
    public record Layer(String diffId, long bytes) {}

    public SizedImage {
        steps = List.copyOf(steps);
        layers = List.copyOf(layers);
    }

    /** Of an image that was read with all its layers. */
    public static SizedImage of(ArchivedImage image, CollectedLayers read) {
        List<Layer> layers = image.layers().stream()
                .map(each -> new Layer(each.diffId(), bytes(each, read)))
                .toList();
        boolean told =
                !image.layers().isEmpty() && image.layers().getFirst().step().isPresent();
        List<Step> steps = new ArrayList<>();
        Iterator<Layer> next = layers.iterator();
        for (HistoryStep each : told ? image.history() : List.<HistoryStep>of()) {
            steps.add(
                    new Step(each.instruction(), each.empty() ? 0 : next.next().bytes(), each.created()));
        }
        while (next.hasNext()) {
            Layer each = next.next();
            steps.add(new Step("(unknown)", each.bytes(), each.diffId()));
        }
        long bytes = layers.stream().mapToLong(Layer::bytes).sum();
        return new SizedImage(image.name(), image.id(), bytes, steps, layers);
    }

    /**
     * Of what an engine tells without its layers being read. It does not tell which steps without bytes made a layer: where
     * that is open, the first of them that may have count as such, so that no more is taken for shared than is.
     */
    public static SizedImage of(String name, String id, long bytes, List<Step> steps, List<String> diffIds) {
        List<Step> candidates = steps.stream().filter(Step::mayBeLayer).toList();
        long empty = diffIds.size()
                - candidates.stream().filter(each -> each.bytes() > 0).count();
        List<Layer> layers = new ArrayList<>();
        for (Step each : candidates) {
            if (layers.size() < diffIds.size() && (each.bytes() > 0 || empty-- > 0)) {
                layers.add(new Layer(diffIds.get(layers.size()), each.bytes()));
            }
        }
        while (layers.size() < diffIds.size()) {
            layers.add(new Layer(diffIds.get(layers.size()), 0));
        }
        return new SizedImage(name, id, bytes, steps, layers);
    }

    private static long bytes(ArchivedLayer layer, CollectedLayers read) {
        return read.entries(layer).stream().mapToLong(LayerEntry::size).sum();
    }

    /** How many layers from the lowest on both have: an engine keeps and pulls them once. */
    public int sharedLayers(SizedImage other) {
        int shared = 0;
        while (shared < Math.min(layers.size(), other.layers.size())
                && !layers.get(shared).diffId().isEmpty()
                && layers.get(shared).diffId().equals(other.layers.get(shared).diffId())) {
            shared++;
        }
        return shared;
    }

    /** Bytes of the layers that a machine with the other image has yet to pull. */
    public long pullCost(SizedImage other) {
        return layers.stream().skip(sharedLayers(other)).mapToLong(Layer::bytes).sum();
    }
}
