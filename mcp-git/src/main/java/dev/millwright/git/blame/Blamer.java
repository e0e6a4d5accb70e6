package dev.millwright.git.blame;

import dev.millwright.git.diff.Comparison;
import dev.millwright.git.diff.Content;
import dev.millwright.git.diff.EditScript;
import dev.millwright.git.diff.Entry;
import dev.millwright.git.diff.FileChange;
import dev.millwright.git.diff.Lines;
import dev.millwright.git.diff.Renames;
import dev.millwright.git.diff.Version;
import dev.millwright.git.history.FileHistory;
import dev.millwright.git.history.History;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Walks back from a version of a file, newest commit first, and passes its lines to the parents that have them; what no
 * parent has comes from the commit. As in Git a parent with the same file takes all, and a file that a parent lacks is
 * looked for among those that the commit removed.
 */
final class Blamer {
    /** Files of a commit in which lines that moved are looked for. */
    private static final int OTHER_FILES = 100;

    private final Repo repo;
    private final History history;
    private final Call call;
    private final Comparison comparison;
    private final Blames.How how;
    private final Blames known;
    private final Origin[] origins;
    private final Map<Suspect.Key, Suspect> suspects = new HashMap<>();
    private final PriorityQueue<Suspect> queue =
            new PriorityQueue<>(Comparator.comparingLong((Suspect suspect) -> -suspect.time));
    private final Map<String, FileHistory> files = new HashMap<>();
    private int steps;

    /** @param lines of the file asked about */
    Blamer(Repo repo, History history, Comparison comparison, Call call, Blames.How how, Blames known, int lines) {
        this.repo = repo;
        this.history = history;
        this.comparison = comparison;
        this.call = call;
        this.how = how;
        this.known = known;
        this.origins = new Origin[lines];
    }

    /** By line, filled where a chunk was. */
    Origin[] run(int commit, String path, ObjectId blob, byte[] content, Chunk wanted) {
        Suspect start = new Suspect(new Suspect.Key(commit, path), history.time(commit), blob, content);
        start.chunks.add(wanted);
        suspects.put(start.key, start);
        queue.add(start);
        finish();
        return origins;
    }

    /** As {@link #run}, of a file that is not committed and whose parents are these commits. */
    Origin[] runUncommitted(String path, byte[] content, Chunk wanted, int[] parents, Optional<String> was) {
        Suspect start = new Suspect(new Suspect.Key(-1, path), Long.MAX_VALUE, ObjectId.zeroId(), content);
        start.chunks.add(wanted);
        List<Suspect> from = new ArrayList<>();
        for (int parent : parents) {
            String old = was.orElse(path);
            file(old).file(parent).ifPresent(blob -> add(from, suspect(parent, old, blob)));
        }
        pass(start, from);
        finish();
        return origins;
    }

    private void finish() {
        while (!queue.isEmpty()) {
            Suspect suspect = queue.remove();
            suspects.remove(suspect.key);
            if ((++steps & 63) == 0) {
                CallMonitor.check(call);
            }
            Map<ObjectId, Origin[]> before = known.of(repo, how, suspect.key.path());
            Origin[] lines = before.get(history.id(suspect.key.commit()));
            if (lines != null) {
                resolve(suspect, lines);
            } else {
                ask(suspect, before);
            }
        }
    }

    private void resolve(Suspect suspect, Origin[] lines) {
        for (Chunk chunk : suspect.chunks) {
            System.arraycopy(lines, chunk.from(), origins, chunk.at(), chunk.count());
        }
    }

    private FileHistory file(String path) {
        return files.computeIfAbsent(path, history::file);
    }

    private void ask(Suspect asked, Map<ObjectId, Origin[]> before) {
        String path = asked.key.path();
        FileHistory file = file(path);
        // As long as nothing changed, one step is as good as the next.
        int commit = file.back(asked.key.commit(), at -> isTurnOfOthers(at, before));
        if (commit != asked.key.commit() && isTurnOfOthers(commit, before)) {
            pass(asked, suspect(commit, path, asked.blob, asked.content));
            return;
        }
        int[] parents = history.parents(commit);
        Suspect suspect = new Suspect(new Suspect.Key(commit, path), history.time(commit), asked.blob, asked.content);
        suspect.chunks = asked.chunks;
        List<Suspect> from = new ArrayList<>();
        List<Integer> without = new ArrayList<>();
        for (int parent : parents) {
            Optional<ObjectId> blob = file.file(parent);
            if (blob.isEmpty()) {
                without.add(parent);
            } else if (blob.get().equals(suspect.blob)) {
                pass(suspect, suspect(parent, path, suspect.blob, suspect.content));
                return;
            } else {
                add(from, suspect(parent, path, blob.get()));
            }
        }
        for (int parent : without) {
            Optional<Entry> old = renamed(parent, commit, path);
            if (old.isPresent() && old.get().id().equals(suspect.blob)) {
                pass(suspect, suspect(parent, old.get().path(), suspect.blob, suspect.content));
                return;
            }
            old.ifPresent(entry -> add(from, suspect(parent, entry.path(), entry.id())));
        }
        from.sort(Comparator.comparingInt(parent -> order(history.parents(suspect.key.commit()), parent)));
        pass(suspect, from);
    }

    /** Whether others come before a commit, or are known to have been where it is. */
    private boolean isTurnOfOthers(int commit, Map<ObjectId, Origin[]> before) {
        if ((++steps & 1023) == 0) {
            CallMonitor.check(call);
        }
        return !queue.isEmpty() && queue.peek().time >= history.time(commit)
                || !before.isEmpty() && before.containsKey(history.id(commit));
    }

    private static int order(int[] parents, Suspect parent) {
        for (int i = 0; i < parents.length; i++) {
            if (parents[i] == parent.key.commit()) {
                return i;
            }
        }
        return parents.length;
    }

    /** Of two parents with the same file the first is asked. */
    private static void add(List<Suspect> from, Suspect parent) {
        if (from.stream().noneMatch(other -> other.blob.equals(parent.blob))) {
            from.add(parent);
        }
    }

    private Suspect suspect(int commit, String path, ObjectId blob) {
        Suspect waiting = suspects.get(new Suspect.Key(commit, path));
        return waiting != null ? waiting : suspect(commit, path, blob, bytes(blob));
    }

    private Suspect suspect(int commit, String path, ObjectId blob, byte[] content) {
        Suspect.Key key = new Suspect.Key(commit, path);
        Suspect waiting = suspects.get(key);
        return waiting != null ? waiting : new Suspect(key, history.time(commit), blob, content);
    }

    private byte[] bytes(ObjectId blob) {
        Content content = Content.blob(comparison.reader(), blob);
        if (content.size() > repo.config().maxTextBytes()) {
            throw ToolException.limit(
                    "a former version of the file has %d bytes; at most %d are compared (max-text-bytes)"
                            .formatted(content.size(), repo.config().maxTextBytes()));
        }
        return content.bytes();
    }

    private void pass(Suspect suspect, Suspect parent) {
        parent.chunks.addAll(suspect.chunks);
        enqueue(parent);
    }

    private void enqueue(Suspect suspect) {
        if (!suspect.chunks.isEmpty() && suspects.putIfAbsent(suspect.key, suspect) == null) {
            queue.add(suspect);
        }
    }

    private void pass(Suspect suspect, List<Suspect> from) {
        boolean ignored = suspect.key.commit() >= 0 && how.ignored().contains(history.id(suspect.key.commit()));
        for (Suspect parent : from) {
            suspect.sort();
            EditScript script = EditScript.withoutContext(parent.content, suspect.content, how.ignoringSpace());
            take(suspect, parent, Passing.of(suspect.chunks, script.edits(), ignored));
        }
        if (how.moves() && !suspect.chunks.isEmpty() && suspect.key.commit() >= 0) {
            moves(suspect, from);
        }
        Origin[] lines = origins;
        ObjectId id = suspect.key.commit() < 0 ? ObjectId.zeroId() : history.id(suspect.key.commit());
        for (Chunk chunk : suspect.chunks) {
            for (int i = 0; i < chunk.count(); i++) {
                lines[chunk.at() + i] = new Origin(id, suspect.key.path(), chunk.from() + i + 1);
            }
        }
    }

    private void take(Suspect suspect, Suspect parent, Passing passing) {
        parent.chunks.addAll(passing.passed());
        suspect.chunks = passing.left();
        enqueue(parent);
    }

    /** Lines that stood elsewhere: in the file, and in the files that the commit changed. */
    private void moves(Suspect suspect, List<Suspect> from) {
        Lines text = lines(suspect.content);
        for (Suspect parent : from) {
            take(suspect, parent, Moves.of(suspect.chunks, text, lines(parent.content), Moves.WITHIN));
        }
        for (int parent : history.parents(suspect.key.commit())) {
            List<FileChange> changes = comparison.changes(
                    new Version.Tree(history.tree(parent)),
                    new Version.Tree(history.tree(suspect.key.commit())),
                    Set.of());
            int looked = 0;
            for (FileChange change : changes) {
                if (suspect.chunks.isEmpty() || looked == OTHER_FILES) {
                    return;
                }
                Optional<Entry> old = change.from()
                        .filter(Entry::isFile)
                        .filter(entry -> !entry.path().equals(suspect.key.path()));
                if (old.isPresent()
                        && old.get().content().size() <= repo.config().maxTextBytes()) {
                    looked++;
                    Suspect other = suspect(parent, old.get().path(), old.get().id());
                    take(suspect, other, Moves.of(suspect.chunks, text, lines(other.content), Moves.FROM_OTHER));
                }
            }
        }
    }

    private Lines lines(byte[] content) {
        return new Lines(content, content.length, how.ignoringSpace());
    }

    /** What a parent calls a file that it lacks. */
    private Optional<Entry> renamed(int parent, int commit, String path) {
        List<FileChange> changes = comparison
                .changes(new Version.Tree(history.tree(parent)), new Version.Tree(history.tree(commit)), Set.of())
                .stream()
                .filter(change -> change.kind() == FileChange.Kind.DELETED
                        || change.kind() == FileChange.Kind.ADDED
                                && change.path().equals(path))
                .toList();
        return Renames.in(call, changes, false, repo.config().maxTextBytes()).changes().stream()
                .filter(change -> change.kind() == FileChange.Kind.RENAMED
                        && change.path().equals(path))
                .findFirst()
                .flatMap(FileChange::from);
    }
}
