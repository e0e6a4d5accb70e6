package dev.millwright.git.history;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/** What came before what in one repository; of one thread. All ids are those of commits. */
public final class History implements AutoCloseable {
    /** Commits only one of two has. */
    public record Apart(int ahead, int behind) {}

    private static final int OURS = 1;
    private static final int THEIRS = 2;
    private static final int STALE = 4;

    private final Repo repo;
    private final Commits commits;
    private final ObjectReader reader;

    History(Repo repo, Commits commits, ObjectReader reader) {
        this.repo = repo;
        this.commits = commits;
        this.reader = reader;
    }

    Repo repo() {
        return repo;
    }

    Commits commits() {
        return commits;
    }

    ObjectReader reader() {
        return reader;
    }

    /** The number of a commit that is there. */
    int number(AnyObjectId id) throws IOException {
        int commit = commits.number(id);
        commits.read(commit, reader);
        return commit;
    }

    /** The number by which a commit is called below. */
    public int of(AnyObjectId id) {
        return reading(() -> number(id));
    }

    /** The opposite of {@link #of}. */
    public ObjectId id(int commit) {
        return commits.id(commit);
    }

    public ObjectId tree(int commit) {
        return commits.tree(commit);
    }

    /** When it was committed, seconds since 1970. */
    public long time(int commit) {
        return commits.time(commit);
    }

    /** In the order of the commit; none where history is cut off. */
    public int[] parents(int commit) {
        return reading(() -> {
            int[] parents = new int[commits.parents(commit)];
            for (int i = 0; i < parents.length; i++) {
                parents[i] = commits.parent(commit, i);
                commits.read(parents[i], reader);
            }
            return parents;
        });
    }

    /** What a commit says. */
    public CommitText text(ObjectId commit) {
        return reading(() -> CommitText.read(reader, commit));
    }

    /** @param path of a file, from the top */
    public FileHistory file(String path) {
        return new FileHistory(this, commits, reader, path);
    }

    /** Best common ancestors, newest first: one as a rule, several after merges to and fro, none for unrelated histories. */
    public List<ObjectId> mergeBases(Call call, ObjectId one, ObjectId other) {
        return reading(() -> {
            List<ObjectId> bases = new ArrayList<>();
            for (int base : bases(call, number(one), number(other))) {
                bases.add(commits.id(base));
            }
            return bases;
        });
    }

    /** A name by the nearest annotated tag before, as in {@code v1.2-5-g1a2b3c4}; empty without any. */
    public Optional<String> describe(Call call, ObjectId commit) {
        return reading(() -> new Describe(this, call).of(commit));
    }

    /** Whether {@code newer} has all that {@code older} has; true for the same commit. */
    public boolean isAncestor(Call call, ObjectId older, ObjectId newer) {
        return reading(() -> {
            int target = number(older);
            return bases(call, target, number(newer)).contains(target);
        });
    }

    /** How many commits each of two has that the other has not. */
    public Apart apart(Call call, ObjectId one, ObjectId other) {
        return reading(() -> {
            int a = number(one);
            int b = number(other);
            List<Integer> both = bases(call, a, b);
            return new Apart(count(call, a, both), count(call, b, both));
        });
    }

    private int count(Call call, int from, List<Integer> hidden) throws IOException {
        Walk walk = new Walk(
                commits,
                reader,
                call,
                new Walk.Range(List.of(from), hidden, false, OptionalLong.empty()),
                new PathLimit(commits, reader, List.of()));
        int count = 0;
        while (walk.next() >= 0) {
            count++;
        }
        return count;
    }

    private static final class Flags {
        private byte[] flags = new byte[1 << 10];

        int of(int commit) {
            return commit < flags.length ? flags[commit] : 0;
        }

        void add(int commit, int more) {
            if (commit >= flags.length) {
                flags = Arrays.copyOf(flags, Math.max(commit + 1, flags.length * 2));
            }
            flags[commit] |= (byte) more;
        }
    }

    /** Painting down from both ends, newest first, until all that is left is below a common ancestor. */
    private List<Integer> bases(Call call, int one, int other) throws IOException {
        if (one == other) {
            return List.of(one);
        }
        Flags flags = new Flags();
        DateQueue queue = new DateQueue(commits);
        flags.add(one, OURS);
        flags.add(other, THEIRS);
        queue.add(one);
        queue.add(other);
        List<Integer> found = new ArrayList<>();
        for (int steps = 1; queue.anyMatch(commit -> (flags.of(commit) & STALE) == 0); steps++) {
            if ((steps & 255) == 0) {
                CallMonitor.check(call);
            }
            int commit = queue.remove();
            int pass = flags.of(commit);
            if (pass == (OURS | THEIRS)) {
                if (!found.contains(commit)) {
                    found.add(commit);
                }
                pass |= STALE;
            }
            for (int i = 0; i < commits.parents(commit); i++) {
                int parent = commits.parent(commit, i);
                if ((flags.of(parent) & pass) != pass) {
                    commits.read(parent, reader);
                    flags.add(parent, pass);
                    queue.add(parent);
                }
            }
        }
        found.removeIf(commit -> (flags.of(commit) & STALE) != 0);
        return found.size() < 2 ? found : independent(call, found);
    }

    /** Without those that others of them have: what wrong clocks leave in. */
    private List<Integer> independent(Call call, List<Integer> found) throws IOException {
        List<Integer> best = new ArrayList<>();
        for (int candidate : found) {
            boolean below = false;
            for (int other : found) {
                below |= other != candidate && reaches(call, other, candidate);
            }
            if (!below) {
                best.add(candidate);
            }
        }
        return best;
    }

    private boolean reaches(Call call, int from, int target) throws IOException {
        BitSet seen = new BitSet();
        int[] stack = new int[64];
        int depth = 0;
        stack[depth++] = from;
        for (int steps = 1; depth > 0; steps++) {
            if ((steps & 255) == 0) {
                CallMonitor.check(call);
            }
            int commit = stack[--depth];
            if (commit == target) {
                return true;
            }
            commits.read(commit, reader);
            for (int i = 0; i < commits.parents(commit); i++) {
                int parent = commits.parent(commit, i);
                if (!seen.get(parent)) {
                    seen.set(parent);
                    if (depth == stack.length) {
                        stack = Arrays.copyOf(stack, depth * 2);
                    }
                    stack[depth++] = parent;
                }
            }
        }
        return false;
    }

    /** An id as short as it can be told from others, at least {@code least} characters. */
    public String shortId(ObjectId id, int least) {
        return reading(() -> reader.abbreviate(id, least).name());
    }

    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    /** Tells what is missing by name, and nothing that JGit's messages may quote. */
    <T> T reading(Reading<T> what) {
        try {
            return what.read();
        } catch (MissingObjectException e) {
            throw repo.lacks(e.getObjectId());
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
