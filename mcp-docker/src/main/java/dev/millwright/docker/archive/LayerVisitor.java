package dev.millwright.docker.archive;

import java.io.IOException;
import java.io.InputStream;

/**
 * Sees the layers of an archive as they pass by. The order of layers is the archive's, not the image's: which layer is
 * where comes with the {@link ArchivedImage} after the last of them.
 */
@FunctionalInterface
public interface LayerVisitor {
    /** @param layer the layer's name in the archive, as in {@link ArchivedLayer#key()} */
    default void begin(String layer) throws IOException {}

    /**
     * @param content the file's bytes, to be read now or not at all; empty for all but files. Need not be closed
     */
    void entry(String layer, LayerEntry entry, InputStream content) throws IOException;

    /** Not called where the archive ended or was refused within the layer. */
    default void end(String layer) throws IOException {}
}
