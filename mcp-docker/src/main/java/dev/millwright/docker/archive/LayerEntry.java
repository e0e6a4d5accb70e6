package dev.millwright.docker.archive;

/**
 * One entry of a layer.
 *
 * @param path normalised, relative to the root: no leading or trailing slash, no {@code .} or {@code ..}; empty for the root;
 *     of whiteouts what is removed, not the marker's own name
 * @param size bytes that the layer carries for it, 0 for all but files; of a sparse file without its holes
 * @param mode permission bits, set-uid, set-gid and sticky: 0 to 07777
 * @param link of symbolic links the text as it stands, of hard links the normalised path; else empty
 */
public record LayerEntry(String path, EntryType type, long size, int mode, long uid, long gid, String link) {
    /** The last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public boolean isFile() {
        return type == EntryType.FILE;
    }
}
