package dev.millwright.docker.archive;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An archive of images, read once from its beginning to its end: what {@code docker save} writes (engines before 25: {@code
 * manifest.json} and {@code ID/layer.tar}; since: {@code blobs/sha256}), and a tar of an OCI layout. Layers may be plain,
 * gzip or zstd, and so may the archive. Nothing is kept of layers but what the visitor keeps.
 *
 * <p>Archives are hostile until read: see {@link ArchiveLimits}.
 */
public final class ImageArchive {
    /** Of one document (OCI distribution-spec: manifests of 4 MiB are accepted), and of all that are kept. */
    private static final int MOST_DOCUMENT = 4 << 20;

    private static final int MOST_DOCUMENTS = 16 << 20;

    private final Meter meter;
    private final LayerVisitor visitor;
    private final Map<String, byte[]> documents = new HashMap<>();
    private final Map<String, Long> layers = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private int kept;

    private ImageArchive(Meter meter, LayerVisitor visitor) {
        this.meter = meter;
        this.visitor = visitor;
    }

    /** As {@link #read(InputStream, ArchiveLimits, LayerVisitor)} with the default limits. */
    public static List<ArchivedImage> read(InputStream in, LayerVisitor visitor) throws IOException {
        return read(in, ArchiveLimits.DEFAULT, visitor);
    }

    /**
     * Shows every layer to the visitor, and tells then which images they make.
     *
     * @param in stays open
     * @return at least one image, in the archive's order; attestations are none
     * @throws ToolException {@code INVALID_INPUT} for what is damaged, cut off, leads out of the image, or is no archive of
     *     images; {@code LIMIT} for what is too much
     */
    public static List<ArchivedImage> read(InputStream in, ArchiveLimits limits, LayerVisitor visitor)
            throws IOException {
        Meter meter = new Meter(limits);
        return new ImageArchive(meter, visitor).read(in);
    }

    private List<ArchivedImage> read(InputStream in) throws IOException {
        PushbackInputStream stream = new PushbackInputStream(in, TarReader.BLOCK);
        byte[] head = Unpacked.peek(stream, TarReader.BLOCK);
        if (!Unpacked.isPacked(head) && !TarReader.begins(head, head.length)) {
            throw ToolException.invalidInput(
                    "the archive is neither tar nor tar in gzip or zstd; docker save and OCI layouts are");
        }
        TarReader tar = new TarReader(Unpacked.of(stream, head, "the archive", meter), "the archive", meter);
        for (Optional<TarEntry> each = tar.next(); each.isPresent(); each = tar.next()) {
            TarEntry entry = each.get();
            String name = EntryPath.normal(entry.name(), "the archive");
            if (entry.isFile()) {
                file(name, entry.size(), tar.content());
            } else if (entry.type() == '1') {
                links.put(name, EntryPath.normal(entry.link(), "the archive"));
            } else if (entry.type() == '2') {
                links.put(name, EntryPath.normal(EntryPath.parent(name) + "/" + entry.link(), "the archive"));
            }
        }
        return new Manifests(documents, layers, links).images();
    }

    /** A layer, a document, or nothing of ours, by its first bytes: names tell little, digests nothing. */
    private void file(String name, long size, InputStream content) throws IOException {
        PushbackInputStream stream = new PushbackInputStream(content, TarReader.BLOCK);
        byte[] head = Unpacked.peek(stream, TarReader.BLOCK);
        if (TarReader.begins(head, head.length)) {
            layer(name, size, stream, head);
        } else if (Unpacked.isPacked(head)) {
            layer(name, size, stream, head);
        } else if (head.length == 0 && name.endsWith(".tar")) {
            layer(name, size, stream, head);
        } else if (head.length > 0 && (head[0] == '{' || head[0] == '[') && size <= MOST_DOCUMENT) {
            document(name, size, stream);
        }
    }

    private void document(String name, long size, InputStream content) throws IOException {
        if (kept + size <= MOST_DOCUMENTS) {
            byte[] document = content.readAllBytes();
            documents.put(name, document);
            kept += document.length;
        }
    }

    private void layer(String name, long size, InputStream stream, byte[] head) throws IOException {
        String what = "layer " + name;
        InputStream unpacked = Unpacked.of(stream, head, what, meter);
        if (Unpacked.isPacked(head)) {
            PushbackInputStream inner = new PushbackInputStream(unpacked, TarReader.BLOCK);
            byte[] first = Unpacked.peek(inner, TarReader.BLOCK);
            if (first.length > 0 && !TarReader.begins(first, first.length)) {
                return;
            }
            unpacked = inner;
        }
        if (layers.put(name, size) != null) {
            throw ToolException.invalidInput("the archive is refused: it holds " + name + " twice");
        }
        LayerTar.visit(name, new TarReader(unpacked, what, meter), visitor);
    }
}
