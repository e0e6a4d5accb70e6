package dev.millwright.docker.archive;

import java.util.Optional;

/**
 * A layer in its place in an image.
 *
 * @param index from 0, the lowest
 * @param key its name in the archive, as visitors saw it; the same key may stand at several places
 * @param diffId digest of its tar, {@code sha256:…}; empty where the configuration tells none
 * @param stored bytes in the archive, packed as it was there
 * @param step the instruction that made it; empty where the history does not tell
 */
public record ArchivedLayer(int index, String key, String diffId, long stored, Optional<HistoryStep> step) {}
