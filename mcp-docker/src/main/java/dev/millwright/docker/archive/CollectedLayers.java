package dev.millwright.docker.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps every entry of every layer, about 200 bytes each, and makes the tree of an image from them. To read content on the
 * way, extend {@link #content}.
 */
public class CollectedLayers implements LayerVisitor {
    private final Map<String, List<LayerEntry>> layers = new HashMap<>();
    private List<LayerEntry> current = new ArrayList<>();

    @Override
    public final void begin(String layer) {
        current = new ArrayList<>();
        layers.put(layer, current);
    }

    @Override
    public final void entry(String layer, LayerEntry entry, InputStream content) throws IOException {
        current.add(entry);
        content(layer, entry, content);
    }

    /** Sees each entry with its bytes, in the archive's order. */
    protected void content(String layer, LayerEntry entry, InputStream content) throws IOException {}

    /** Entries of a layer, in its order. */
    public final List<LayerEntry> entries(ArchivedLayer layer) {
        return layers.getOrDefault(layer.key(), List.of());
    }

    /** What the layers of the image make together. */
    public final LiveTree tree(ArchivedImage image) {
        return LiveTree.of(image.layers().stream().map(this::entries).toList());
    }

    /** What one layer makes alone: of a container's export, or of any folder. */
    public final LiveTree tree(String layer) {
        return LiveTree.of(List.of(layers.getOrDefault(layer, List.of())));
    }
}
