package dev.millwright.docker.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that an archive gave: its images, and the content of each layer's files as text. */
final class Read extends CollectedLayers {
    final Map<String, Map<String, String>> texts = new TreeMap<>();
    List<ArchivedImage> images = new ArrayList<>();

    static Read of(byte[] archive) throws IOException {
        Read read = new Read();
        read.images = ImageArchive.read(new ByteArrayInputStream(archive), read);
        return read;
    }

    /** The entries of one tar, in its order. */
    static List<LayerEntry> layer(byte[] tar) throws IOException {
        List<LayerEntry> entries = new ArrayList<>();
        LayerTar.read(
                "test",
                new ByteArrayInputStream(tar),
                ArchiveLimits.DEFAULT,
                (layer, entry, content) -> entries.add(entry));
        return entries;
    }

    @Override
    protected void content(String layer, LayerEntry entry, InputStream content) throws IOException {
        // every other file is left unread: the reader has to step over it
        if (entry.isFile() && !entry.path().contains("unread")) {
            texts.computeIfAbsent(layer, any -> new TreeMap<>())
                    .put(entry.path(), new String(content.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The entries of the only image, layer by layer. */
    List<List<String>> paths() {
        return images.getFirst().layers().stream()
                .map(each -> entries(each).stream().map(LayerEntry::path).toList())
                .toList();
    }
}
