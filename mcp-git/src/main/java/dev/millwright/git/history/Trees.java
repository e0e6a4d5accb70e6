package dev.millwright.git.history;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/** Looks up paths in trees, keeping the trees it read last; of one thread. */
final class Trees {
    /** What a path is in a tree. */
    record Entry(int mode, ObjectId id) {
        boolean isTree() {
            return FileMode.TREE.equals(mode);
        }
    }

    private static final int KEPT = 64;
    private static final int LARGEST = 100_000_000;

    private final ObjectReader reader;
    private final Map<ObjectId, byte[]> read = new LinkedHashMap<>(KEPT * 2, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectId, byte[]> eldest) {
            return size() > KEPT;
        }
    };

    Trees(ObjectReader reader) {
        this.reader = reader;
    }

    /** The bytes of a tree object. */
    byte[] bytes(ObjectId tree) throws IOException {
        byte[] raw = read.get(tree);
        if (raw == null) {
            raw = tree.equals(EMPTY)
                    ? new byte[0]
                    : reader.open(tree, Constants.OBJ_TREE).getCachedBytes(LARGEST);
            read.put(tree, raw);
        }
        return raw;
    }

    /** The empty tree, which need not be there. */
    static final ObjectId EMPTY = ObjectId.fromString("4b825dc642cb6eb9a060e54bf8d69288fbee4904");

    static byte[][] split(String path) {
        String[] names = path.split("/");
        byte[][] split = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            split[i] = names[i].getBytes(StandardCharsets.UTF_8);
        }
        return split;
    }

    Optional<Entry> find(ObjectId tree, byte[][] path) throws IOException {
        ObjectId at = tree;
        for (int i = 0; ; i++) {
            Optional<Entry> entry = entry(bytes(at), path[i]);
            if (entry.isEmpty() || i == path.length - 1) {
                return entry;
            } else if (!entry.get().isTree()) {
                return Optional.empty();
            }
            at = entry.get().id();
        }
    }

    /** Whether two trees have the same at a path; reads no further than they differ. */
    boolean same(ObjectId one, ObjectId other, byte[][] path) throws IOException {
        ObjectId a = one;
        ObjectId b = other;
        for (int i = 0; !AnyObjectId.isEqual(a, b); i++) {
            byte[] rawA = bytes(a);
            byte[] rawB = bytes(b);
            int atA = find(rawA, path[i]);
            int atB = find(rawB, path[i]);
            if (atA < 0 && atB < 0) {
                return true;
            } else if (atA < 0 || atB < 0) {
                return i < path.length - 1
                        && find(atA < 0 ? rawB : rawA, Math.max(atA, atB), path, i)
                                .isEmpty();
            }
            Entry entryA = read(rawA, atA);
            Entry entryB = read(rawB, atB);
            if (i == path.length - 1) {
                return entryA.equals(entryB);
            } else if (!entryA.isTree() && !entryB.isTree()) {
                return true;
            } else if (!entryA.isTree() || !entryB.isTree()) {
                return find(entryA.isTree() ? rawA : rawB, entryA.isTree() ? atA : atB, path, i)
                        .isEmpty();
            }
            a = entryA.id();
            b = entryB.id();
        }
        return true;
    }

    /** What is at the end of a path of which {@code raw} holds the component {@code which} at {@code at}. */
    private Optional<Entry> find(byte[] raw, int at, byte[][] path, int which) throws IOException {
        Entry entry = read(raw, at);
        return entry.isTree()
                ? find(entry.id(), java.util.Arrays.copyOfRange(path, which + 1, path.length))
                : Optional.empty();
    }

    private static Optional<Entry> entry(byte[] raw, byte[] name) {
        int at = find(raw, name);
        return at < 0 ? Optional.empty() : Optional.of(read(raw, at));
    }

    private static Entry read(byte[] raw, int at) {
        int mode = 0;
        int i = at;
        for (; raw[i] != ' '; i++) {
            mode = mode << 3 | raw[i] - '0';
        }
        while (raw[i] != 0) {
            i++;
        }
        return new Entry(mode, ObjectId.fromRaw(raw, i + 1));
    }

    /** Where the entry with a name begins, or -1. */
    private static int find(byte[] raw, byte[] name) {
        for (int at = 0; at < raw.length; ) {
            int start = at;
            while (raw[at] != ' ') {
                at++;
            }
            at++;
            int i = 0;
            while (i < name.length && raw[at + i] == name[i]) {
                i++;
            }
            if (i == name.length && raw[at + i] == 0) {
                return start;
            }
            at += i;
            while (raw[at] != 0) {
                at++;
            }
            at += 1 + Constants.OBJECT_ID_LENGTH;
        }
        return -1;
    }
}
