package dev.millwright.docker.archive;

/**
 * A name in the final image.
 *
 * @param path normalised; differs from the entry's where it is another name of the same file, or lies behind a link
 * @param entry what brought it, with the bytes; for another name of a file that file's entry
 * @param layer index of the layer that brought it
 */
public record LiveFile(String path, LayerEntry entry, int layer) {}
