package dev.millwright.docker.layers;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.ArchivedLayer;
import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.HistoryStep;
import dev.millwright.docker.archive.LayerEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * An image as sizes: of the whole and of each step that built it.
 *
 * @param bytes unpacked, as the source counts them
 * @param diffIds digests of its layers, lowest first
 * @param steps in the order they were built
 */
public record SizedImage(String name, String id, long bytes, List<String> diffIds, List<Step> steps) {
    /** @param created RFC 3339 or seconds, as the source has it: tells a step that was built again from one out of the cache */
    public record Step(String instruction, long bytes, String created) {}

    public SizedImage {
        diffIds = List.copyOf(diffIds);
        steps = List.copyOf(steps);
    }

    /** Of an image that was read with all its layers. */
    public static SizedImage of(ArchivedImage image, CollectedLayers read) {
        List<Step> steps = new ArrayList<>();
        List<String> diffIds = new ArrayList<>();
        long bytes = 0;
        boolean told =
                !image.layers().isEmpty() && image.layers().getFirst().step().isPresent();
        Iterator<ArchivedLayer> layers = image.layers().iterator();
        if (told) {
            for (HistoryStep each : image.history()) {
                long its = each.empty() ? 0 : bytes(layers.next(), read);
                steps.add(new Step(each.instruction(), its, each.created()));
            }
        }
        for (ArchivedLayer each : image.layers()) {
            diffIds.add(each.diffId());
            bytes += bytes(each, read);
            if (!told) {
                steps.add(new Step("(unknown)", bytes(each, read), each.diffId()));
            }
        }
        return new SizedImage(image.name(), image.id(), bytes, diffIds, steps);
    }

    private static long bytes(ArchivedLayer layer, CollectedLayers read) {
        return read.entries(layer).stream().mapToLong(LayerEntry::size).sum();
    }

    /** How many layers from the lowest on both have: an engine keeps them once. */
    public int sharedLayers(SizedImage other) {
        int shared = 0;
        while (shared < Math.min(diffIds.size(), other.diffIds.size())
                && diffIds.get(shared).equals(other.diffIds.get(shared))) {
            shared++;
        }
        return shared;
    }

    /** Bytes of the steps that both have from the first on, and whose layers are shared. */
    public long sharedBytes(SizedImage other) {
        int layers = sharedLayers(other);
        long shared = 0;
        for (int i = 0; i < Math.min(steps.size(), other.steps.size()); i++) {
            Step its = steps.get(i);
            layers -= its.bytes() > 0 ? 1 : 0;
            if (layers < 0
                    || its.bytes() != other.steps.get(i).bytes()
                    || !its.instruction().equals(other.steps.get(i).instruction())) {
                break;
            }
            shared += its.bytes();
        }
        return shared;
    }
}
