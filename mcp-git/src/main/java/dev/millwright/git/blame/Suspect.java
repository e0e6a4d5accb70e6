package dev.millwright.git.blame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;

/** A version of a file that lines may come from. */
final class Suspect {
    /** Identifies one: the number of a commit and a path in it. */
    record Key(int commit, String path) {}

    final Key key;
    final long time;
    final ObjectId blob;
    final byte[] content;
    List<Chunk> chunks = new ArrayList<>();

    Suspect(Key key, long time, ObjectId blob, byte[] content) {
        this.key = key;
        this.time = time;
        this.blob = blob;
        this.content = content;
    }

    void sort() {
        chunks.sort(Comparator.comparingInt(Chunk::from));
    }
}
