package dev.millwright.git.history;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraph;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraphLoader;

/** A commit-graph in memory, with the filters of the paths that each commit changes; commitgraph-format of Git. */
record Graph(CommitGraph commits, Filters filters) {
    private static final int HEAD = 8;
    private static final int CHUNK = 12;
    private static final int INDEX = 0x42494458;
    private static final int DATA = 0x42444154;
    /** Bytes before the filters: version, hashes a path, bits an entry. */
    private static final int SETTINGS = 12;

    /** @param file all of it, from {@code CommitGraphWriter} of JGit */
    static Graph read(byte[] file) throws IOException {
        return new Graph(CommitGraphLoader.read(new ByteArrayInputStream(file), false), Filters.of(file));
    }

    /**
     * Filters by position in the graph.
     *
     * @param index where each ends in {@code data}, four bytes each, not counting the settings
     */
    record Filters(ByteBuffer index, byte[] data) {
        private static Filters of(byte[] file) {
            byte[] index = chunk(file, INDEX);
            byte[] data = chunk(file, DATA);
            ByteBuffer settings = ByteBuffer.wrap(data);
            boolean known = data.length >= SETTINGS && settings.getInt() == 1 && settings.getInt() == PathKey.HASHES;
            return known
                    ? new Filters(ByteBuffer.wrap(index), data)
                    : new Filters(ByteBuffer.allocate(0), new byte[SETTINGS]);
        }

        private static byte[] chunk(byte[] file, int which) {
            ByteBuffer in = ByteBuffer.wrap(file);
            for (int i = 0; i < file[6]; i++) {
                int entry = HEAD + i * CHUNK;
                if (in.getInt(entry) == which) {
                    return Arrays.copyOfRange(file, (int) in.getLong(entry + 4), (int) in.getLong(entry + CHUNK + 4));
                }
            }
            return new byte[0];
        }

        /** Whether it is certain that a commit did not change a path. */
        boolean lacks(int position, PathKey path) {
            int at = position * 4;
            if (at >= index.limit()) {
                return false;
            }
            int start = position == 0 ? 0 : index.getInt(at - 4);
            return path.isMissing(data, SETTINGS + start, SETTINGS + index.getInt(at));
        }
    }
}
