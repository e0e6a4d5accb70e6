package dev.millwright.git.merge;

import dev.millwright.git.merge.TextMerge.Favor;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.PathChange.Conflict;
import dev.millwright.git.work.PathChange.Side;
import dev.millwright.git.work.WorkTree;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;

/** The conflicts that wait in an index, whoever left them, and their resolution. */
public final class Conflicts {
    /** With what a path is resolved. */
    public enum Choice {
        OURS,
        THEIRS,
        /** Lines of both, where they conflict. */
        UNION,
        CONTENT,
        DELETED
    }

    private final Repo repo;

    public Conflicts(Repo repo) {
        this.repo = repo;
    }

    /** All, by path. */
    public List<Conflict> all() {
        DirCache index = new WorkTree(repo).index();
        Map<String, Side[]> sides = new TreeMap<>();
        for (int i = 0; i < index.getEntryCount(); i++) {
            DirCacheEntry entry = index.getEntry(i);
            if (entry.getStage() > 0) {
                sides.computeIfAbsent(entry.getPathString(), path -> new Side[3])[entry.getStage() - 1] =
                        new Side(entry.getFileMode(), entry.getObjectId());
            }
        }
        List<Conflict> conflicts = new ArrayList<>();
        sides.forEach((path, three) -> conflicts.add(new Conflict(
                path,
                Optional.ofNullable(three[0]),
                Optional.ofNullable(three[1]),
                Optional.ofNullable(three[2]),
                Optional.empty())));
        return conflicts;
    }

    /**
     * Resolves paths in index and working tree.
     *
     * @param paths of which each must be in conflict
     * @param content for {@link Choice#CONTENT}
     */
    public void resolve(Change change, List<String> paths, Choice choice, Optional<String> content) throws IOException {
        Map<String, Conflict> open = new TreeMap<>();
        all().forEach(conflict -> open.put(conflict.path(), conflict));
        List<PathChange> changes = new ArrayList<>();
        try (ObjectInserter inserter = repo.git().newObjectInserter()) {
            for (String path : paths) {
                Conflict conflict = open.get(path);
                if (conflict == null) {
                    throw ToolException.notFound("%s is not in conflict; %s"
                            .formatted(
                                    RepoText.path(path, 200),
                                    open.isEmpty() ? "nothing is" : "git_conflicts lists what is"));
                }
                Optional<Side> side = side(change.call(), inserter, conflict, choice, content);
                changes.add(
                        side.isPresent()
                                ? new PathChange.Put(
                                        path, side.get().mode(), side.get().id())
                                : new PathChange.Remove(path));
            }
            inserter.flush();
        }
        WorkTree work = new WorkTree(repo);
        work.apply(change, work.headTree(), changes, true);
    }

    private Optional<Side> side(
            Call call, ObjectInserter inserter, Conflict conflict, Choice choice, Optional<String> content)
            throws IOException {
        return switch (choice) {
            case OURS -> conflict.ours();
            case THEIRS -> conflict.theirs();
            case DELETED -> Optional.empty();
            case UNION -> Optional.of(union(call, inserter, conflict));
            case CONTENT -> {
                byte[] bytes = content.orElseThrow(() -> ToolException.invalidInput("/content is needed"))
                        .getBytes(StandardCharsets.UTF_8);
                yield Optional.of(new Side(mode(conflict), inserter.insert(Constants.OBJ_BLOB, bytes)));
            }
        };
    }

    private static FileMode mode(Conflict conflict) {
        return conflict.ours()
                .or(conflict::theirs)
                .or(conflict::base)
                .map(Side::mode)
                .filter(mode -> (mode.getBits() & FileMode.TYPE_MASK) == FileMode.TYPE_FILE)
                .orElse(FileMode.REGULAR_FILE);
    }

    private Side union(Call call, ObjectInserter inserter, Conflict conflict) throws IOException {
        try (ObjectReader reader = repo.git().newObjectReader()) {
            Blobs blobs = new Blobs(reader, repo.config().maxTextBytes());
            Optional<byte[]> base = text(blobs, conflict.base());
            Optional<byte[]> ours = text(blobs, conflict.ours());
            Optional<byte[]> theirs = text(blobs, conflict.theirs());
            if (base.isEmpty() || ours.isEmpty() || theirs.isEmpty()) {
                throw ToolException.conflict(RepoText.path(conflict.path(), 200)
                        + " is not text at both sides: take ours, theirs, content or deleted");
            }
            TextMerge.Merged merged = TextMerge.merge(
                    base.get(),
                    ours.get(),
                    theirs.get(),
                    Favor.UNION,
                    new TextMerge.Markers("", "", 7),
                    () -> CallMonitor.check(call));
            return new Side(mode(conflict), inserter.insert(Constants.OBJ_BLOB, merged.text()));
        }
    }

    private static Optional<byte[]> text(Blobs blobs, Optional<Side> side) throws IOException {
        if (side.isPresent() && Node.type(side.get()) != FileMode.TYPE_FILE) {
            return Optional.empty();
        }
        return blobs.read(side.map(Side::id).orElse(ObjectId.zeroId())).filter(bytes -> !Fingerprint.isBinary(bytes));
    }
}
