package dev.millwright.docker.archive;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;

/** One tar of files: a layer, or all files of a container as the engine exports them. */
public final class LayerTar {
    /** Marks what the layer removes (OCI image-spec layer.md, whiteouts). */
    private static final String WHITEOUT = ".wh.";

    private static final String OPAQUE = ".wh..wh..opq";

    /** Begins the opaque marker, and notes of AUFS, which no engine unpacks. */
    private static final String NOTES = ".wh..wh.";

    private LayerTar() {}

    /**
     * Reads a tar, plain or packed with gzip or zstd.
     *
     * @param key what visitors know it by
     * @throws dev.millwright.tool.ToolException {@code INVALID_INPUT} for what is damaged or leads out of the image, {@code
     *     LIMIT} for what is too much
     */
    public static void read(String key, InputStream in, ArchiveLimits limits, LayerVisitor visitor) throws IOException {
        Meter meter = new Meter(limits);
        PushbackInputStream stream = new PushbackInputStream(in, TarReader.BLOCK);
        byte[] head = Unpacked.peek(stream, TarReader.BLOCK);
        visit(key, new TarReader(Unpacked.of(stream, head, key, meter), key, meter), visitor);
    }

    static void visit(String key, TarReader tar, LayerVisitor visitor) throws IOException {
        visitor.begin(key);
        String where = "layer " + key;
        for (Optional<TarEntry> each = tar.next(); each.isPresent(); each = tar.next()) {
            Optional<LayerEntry> entry = entry(each.get(), where);
            if (entry.isPresent()) {
                visitor.entry(key, entry.get(), tar.content());
            }
        }
        visitor.end(key);
    }

    private static Optional<LayerEntry> entry(TarEntry tar, String where) {
        String path = EntryPath.normal(tar.name(), where);
        if (path.startsWith(NOTES) || path.contains("/" + NOTES)) {
            return path.equals(OPAQUE) || path.endsWith("/" + OPAQUE)
                    ? Optional.of(entry(tar, EntryPath.parent(path), EntryType.OPAQUE, ""))
                    : Optional.empty();
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.startsWith(WHITEOUT)) {
            String gone = name.substring(WHITEOUT.length());
            if (gone.equals(".") || gone.equals("..")) {
                throw ToolException.invalidInput("%s is refused: %s removes a folder above it".formatted(where, path));
            }
            String parent = EntryPath.parent(path);
            return gone.isEmpty()
                    ? Optional.empty()
                    : Optional.of(entry(tar, parent.isEmpty() ? gone : parent + "/" + gone, EntryType.WHITEOUT, ""));
        }
        return Optional.of(
                switch (tar.type()) {
                    case '0', '7', 'S' -> entry(tar, path, EntryType.FILE, "");
                    case '5' -> entry(tar, path, EntryType.DIRECTORY, "");
                    case '2' -> entry(tar, path, EntryType.SYMLINK, EntryPath.target(tar.link(), where));
                    case '1' -> entry(tar, path, EntryType.HARD_LINK, EntryPath.normal(tar.link(), where));
                    default -> entry(tar, path, EntryType.OTHER, "");
                });
    }

    private static LayerEntry entry(TarEntry tar, String path, EntryType type, String link) {
        long size = type == EntryType.FILE ? tar.size() : 0;
        return new LayerEntry(path, type, size, tar.mode(), tar.uid(), tar.gid(), link);
    }
}
