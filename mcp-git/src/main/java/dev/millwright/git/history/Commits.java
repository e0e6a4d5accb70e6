package dev.millwright.git.history;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.util.MutableInteger;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * What is known of a repository's commits, each a number from 0: parents, time and tree. Read once from a graph or from
 * the commit, kept from then on: an id says all of it. About 70 bytes a commit.
 *
 * <p>For several threads: numbers are given and commits read under a lock, which makes all that was written of them before
 * visible. What a commit says never changes then, and is asked without it; arrays that grow are replaced.
 */
final class Commits {
    private static final int WORDS = Constants.OBJECT_ID_LENGTH / 4;
    private static final int FIRST = 1 << 10;
    private static final int UNREAD = -1;
    /** Bytes of a commit that is looked into; longer ones are read by nobody. */
    private static final int LONGEST = 10_000_000;
    /** Bytes for what is remembered of paths. */
    private static final int PATH_BYTES = 16_000_000;

    /** Commits that are read one by one before a graph is worth reading all of it. */
    private static final int ONE_BY_ONE = 2_000;

    private static final int NOT_ASKED = -1;
    private static final int NOT_IN_GRAPH = -2;

    /** Reads a graph that can be trusted, where there is one. */
    @FunctionalInterface
    interface Source {
        Optional<Graph> read() throws IOException;

        Source NONE = Optional::empty;
    }

    private final Source source;
    private Optional<Optional<Graph>> graph = Optional.empty();
    private int objects;
    private final LinkedHashMap<String, PathMemory> paths = new LinkedHashMap<>(16, 0.75f, true);
    private int count;
    private volatile int[] ids = new int[FIRST * WORDS];
    private volatile int[] trees = new int[FIRST * WORDS];
    private volatile long[] times = new long[FIRST];
    private int[] inGraph = new int[FIRST];
    private volatile int[] firstEdge = new int[FIRST];
    private volatile int[] parentCount = new int[FIRST];
    private int[] slots = new int[FIRST * 4];
    private volatile int[] edges = new int[FIRST];
    private int edgeCount;

    /** @param source of the graph, asked once it is worth it */
    Commits(Source source) {
        this.source = source;
        Arrays.fill(slots, -1);
    }

    synchronized int size() {
        return count;
    }

    /** The number of a commit, whether or not it is there. */
    synchronized int number(AnyObjectId id) {
        int slot = slot(id);
        if (slots[slot] < 0) {
            if (count == times.length) {
                grow();
                slot = slot(id);
            }
            id.copyRawTo(ids, count * WORDS);
            firstEdge[count] = UNREAD;
            inGraph[count] = NOT_ASKED;
            slots[slot] = count++;
        }
        return slots[slot];
    }

    private int slot(AnyObjectId id) {
        int mask = slots.length - 1;
        int slot = id.hashCode() & mask;
        while (slots[slot] >= 0 && id.compareTo(ids, slots[slot] * WORDS) != 0) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        int more = count * 2;
        ids = Arrays.copyOf(ids, more * WORDS);
        trees = Arrays.copyOf(trees, more * WORDS);
        times = Arrays.copyOf(times, more);
        inGraph = Arrays.copyOf(inGraph, more);
        firstEdge = Arrays.copyOf(firstEdge, more);
        parentCount = Arrays.copyOf(parentCount, more);
        slots = new int[more * 4];
        Arrays.fill(slots, -1);
        for (int i = 0; i < count; i++) {
            slots[slot(ObjectId.fromRaw(ids, i * WORDS))] = i;
        }
    }

    ObjectId id(int commit) {
        return ObjectId.fromRaw(ids, commit * WORDS);
    }

    /** @throws org.eclipse.jgit.errors.MissingObjectException where a commit is not there */
    synchronized void read(int commit, ObjectReader reader) throws IOException {
        if (firstEdge[commit] != UNREAD) {
            return;
        }
        ObjectId id = id(commit);
        if ((graph.isPresent() || objects >= ONE_BY_ONE) && position(commit) >= 0) {
            fromGraph(commit, graph().orElseThrow(), inGraph[commit]);
        } else {
            objects++;
            fromObject(commit, id, reader.open(id, Constants.OBJ_COMMIT).getCachedBytes(LONGEST));
        }
    }

    private Optional<Graph> graph() throws IOException {
        if (graph.isEmpty()) {
            graph = Optional.of(source.read());
        }
        return graph.get();
    }

    /** Where a commit is in the graph; below 0 where it is not. */
    private int position(int commit) throws IOException {
        if (inGraph[commit] == NOT_ASKED) {
            Optional<Graph> known = graph();
            int position = known.isEmpty() ? -1 : known.get().commits().findGraphPosition(id(commit));
            inGraph[commit] = position < 0 ? NOT_IN_GRAPH : position;
        }
        return inGraph[commit];
    }

    private void fromGraph(int commit, Graph from, int position) {
        var data = from.commits().getCommitData(position);
        data.getTree().copyRawTo(trees, commit * WORDS);
        times[commit] = data.getCommitTime();
        int[] parents = new int[data.getParents().length];
        for (int i = 0; i < parents.length; i++) {
            parents[i] = number(from.commits().getObjectId(data.getParents()[i]));
        }
        connect(commit, parents);
    }

    private void fromObject(int commit, ObjectId id, byte[] raw) throws CorruptObjectException {
        try {
            ObjectId.fromString(raw, "tree ".length()).copyRawTo(trees, commit * WORDS);
            int at = "tree ".length() + Constants.OBJECT_ID_STRING_LENGTH + 1;
            int[] parents = new int[2];
            int n = 0;
            while (RawParseUtils.match(raw, at, PARENT) > 0) {
                if (n == parents.length) {
                    parents = Arrays.copyOf(parents, n * 2);
                }
                parents[n++] = number(ObjectId.fromString(raw, at + PARENT.length));
                at += PARENT.length + Constants.OBJECT_ID_STRING_LENGTH + 1;
            }
            int committer = RawParseUtils.committer(raw, 0);
            times[commit] = committer < 0
                    ? 0
                    : RawParseUtils.parseLongBase10(
                            raw, RawParseUtils.nextLF(raw, committer, '>'), new MutableInteger());
            connect(commit, Arrays.copyOf(parents, n));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new CorruptObjectException("no commit: " + id.name(), e);
        }
    }

    private static final byte[] PARENT = Constants.encodeASCII("parent ");

    private void connect(int commit, int[] parents) {
        if (edgeCount + parents.length > edges.length) {
            edges = Arrays.copyOf(edges, edges.length * 2 + parents.length);
        }
        System.arraycopy(parents, 0, edges, edgeCount, parents.length);
        parentCount[commit] = parents.length;
        firstEdge[commit] = edgeCount;
        edgeCount += parents.length;
    }

    /** Where history was cut off: a commit whose parents are not to be followed. */
    synchronized void cut(int commit, ObjectReader reader) throws IOException {
        read(commit, reader);
        parentCount[commit] = 0;
    }

    /** Seconds since 1970; of a commit that was read, like all below. */
    long time(int commit) {
        return times[commit];
    }

    ObjectId tree(int commit) {
        return ObjectId.fromRaw(trees, commit * WORDS);
    }

    int parents(int commit) {
        return parentCount[commit];
    }

    int parent(int commit, int which) {
        return edges[firstEdge[commit] + which];
    }

    /** A number for the step from a commit to one of its parents. */
    int edge(int commit, int which) {
        return firstEdge[commit] + which;
    }

    /** Whether the graph knows that a path does not differ from the first parent, or from nothing for a first commit. */
    synchronized boolean surelySame(int commit, PathKey path) throws IOException {
        int position = position(commit);
        return position >= 0 && graph().orElseThrow().filters().lacks(position, path);
    }

    /** What was found out about a path before. */
    synchronized PathMemory memory(String path) {
        PathMemory memory = paths.computeIfAbsent(path, p -> new PathMemory());
        int most = Math.max(4, PATH_BYTES / (edgeCount + 200));
        while (paths.size() > most) {
            paths.pollFirstEntry();
        }
        return memory;
    }
}
