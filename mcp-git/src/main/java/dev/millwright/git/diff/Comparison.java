package dev.millwright.git.diff;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.work.Difference;
import dev.millwright.git.work.PathAttributes;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.WorkTree;
import dev.millwright.git.work.WorkVersions;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheIterator;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** Two versions of a repository side by side, for as long as it is open. */
public final class Comparison implements AutoCloseable {
    private final Repo repo;
    private final Call call;
    private final ObjectReader reader;
    private Optional<WorkVersions> versions = Optional.empty();

    public Comparison(Repo repo, Call call) {
        this.repo = repo;
        this.call = call;
        this.reader = repo.git().newObjectReader();
    }

    public ObjectReader reader() {
        return reader;
    }

    /** The attributes that decide how files are compared: those of the working tree, in a bare repository of a tree. */
    public PathAttributes attributes(Version to) {
        return repo.isBare() && to instanceof Version.Tree(ObjectId tree)
                ? PathAttributes.ofTree(repo, reader, tree)
                : PathAttributes.ofWorkTree(repo);
    }

    /**
     * Files that differ, in the order of their paths, renames not looked for. What they hold can be read while this is
     * open.
     *
     * @param paths files and folders, literally; empty for all
     */
    public List<FileChange> changes(Version from, Version to, Collection<String> paths) {
        Collection<String> some = paths.contains("") ? List.of() : paths;
        return to instanceof Version.WorkTree ? toWorkTree(from, some) : trees(from, to, some);
    }

    /** What differs from the index, over what the index has that differs. */
    private List<FileChange> toWorkTree(Version from, Collection<String> paths) {
        if (versions.isEmpty()) {
            versions = Optional.of(new WorkVersions(repo));
        }
        Map<String, FileChange> changes = new TreeMap<>();
        if (!(from instanceof Version.Index)) {
            trees(from, new Version.Index(), paths).forEach(change -> changes.put(change.path(), change));
        }
        for (Difference unstaged : new WorkTree(repo).unstaged(call, List.copyOf(paths))) {
            CallMonitor.check(call);
            String path = unstaged.path();
            FileChange staged = changes.remove(path);
            if (unstaged.kind() == Difference.Kind.CONFLICTED) {
                Entry entry = new Entry(path, FileMode.REGULAR_FILE, ObjectId.zeroId(), Content.NONE);
                changes.put(path, FileChange.unmerged(entry));
                continue;
            }
            Optional<Entry> old =
                    staged != null ? staged.from() : unstaged.from().map(side -> entry(path, side));
            Optional<Entry> now =
                    versions.get().side(path, unstaged.from()).map(side -> work(path, side, unstaged.from()));
            FileChange.between(old, now).ifPresent(change -> changes.put(path, change));
        }
        return List.copyOf(changes.values());
    }

    private Entry entry(String path, PathChange.Side side) {
        return entry(path, side.mode(), side.id());
    }

    private Entry work(String path, PathChange.Side side, Optional<PathChange.Side> indexed) {
        WorkVersions files = versions.orElseThrow();
        return new Entry(path, side.mode(), side.id(), new Content() {
            @Override
            public long size() {
                return files.size(path);
            }

            @Override
            public byte[] bytes() {
                return files.bytes(path, indexed.map(PathChange.Side::id));
            }
        });
    }

    private List<FileChange> trees(Version from, Version to, Collection<String> paths) {
        try (TreeWalk walk = new TreeWalk(reader)) {
            walk.setRecursive(true);
            int old = walk.addTree(tree(from));
            int now = walk.addTree(tree(to));
            walk.setFilter(
                    paths.isEmpty()
                            ? TreeFilter.ANY_DIFF
                            : AndTreeFilter.create(PathFilterGroup.createFromStrings(paths), TreeFilter.ANY_DIFF));
            List<FileChange> changes = new ArrayList<>();
            while (walk.next()) {
                if ((changes.size() & 255) == 0) {
                    CallMonitor.check(call);
                }
                String before = changes.isEmpty() ? "" : changes.getLast().path();
                change(walk, old, now, before).ifPresent(changes::add);
            }
            return changes;
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    /** @param unmerged the path before, whose further stages are passed over */
    private Optional<FileChange> change(TreeWalk walk, int old, int now, String unmerged) {
        for (int side : new int[] {old, now}) {
            if (walk.getTree(side, AbstractTreeIterator.class) instanceof DirCacheIterator index
                    && index.getDirCacheEntry().getStage() > 0) {
                Entry entry = entry(walk, side);
                return entry.path().equals(unmerged)
                        ? Optional.empty()
                        : Optional.of(
                                new FileChange(FileChange.Kind.UNMERGED, Optional.of(entry), Optional.of(entry), 0));
            }
        }
        boolean was = !walk.getFileMode(old).equals(FileMode.MISSING);
        boolean is = !walk.getFileMode(now).equals(FileMode.MISSING);
        if (was && is) {
            return Optional.of(FileChange.modified(entry(walk, old), entry(walk, now)));
        }
        return Optional.of(is ? FileChange.added(entry(walk, now)) : FileChange.deleted(entry(walk, old)));
    }

    private Entry entry(TreeWalk walk, int side) {
        return entry(walk.getPathString(), walk.getFileMode(side), walk.getObjectId(side));
    }

    private Entry entry(String path, FileMode mode, ObjectId id) {
        Content content = mode.equals(FileMode.GITLINK) ? Content.NONE : Content.blob(reader, id);
        return new Entry(path, mode, id, content);
    }

    private AbstractTreeIterator tree(Version version) throws IOException {
        return switch (version) {
            case Version.Tree(ObjectId id) when id.equals(ObjectId.zeroId()) -> new EmptyTreeIterator();
            case Version.Tree(ObjectId id) -> {
                CanonicalTreeParser parser = new CanonicalTreeParser();
                parser.reset(reader, id);
                yield parser;
            }
            case Version.Index() -> new DirCacheIterator(index());
            case Version.WorkTree() -> throw new IllegalArgumentException("no tree");
        };
    }

    private DirCache index() throws IOException {
        return repo.isBare() ? DirCache.newInCore() : repo.index();
    }

    @Override
    public void close() {
        versions.ifPresent(WorkVersions::close);
        reader.close();
    }
}
