package dev.millwright.git.undo;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.keep.Image;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Trees;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;

/** What the working tree has at some paths: looked at, kept, compared, brought back. */
final class WorkImages {
    /** Files up to this size are read to tell whether they changed when their times say so. */
    private static final long COMPARED = 64 << 20;

    private static final String TEMPORARY = ".millwright-undo";

    enum Kind {
        NONE,
        FILE,
        LINK,
        FOLDER
    }

    /**
     * One path.
     *
     * @param changed when content or attributes changed last, which nobody can set
     * @param blob the content as an object of the repository
     * @param kept the content, where no commit has it
     * @param link what a link says
     * @param above how many of its folders there are
     */
    record Entry(
            String path,
            Kind kind,
            int mode,
            long size,
            long modified,
            long changed,
            Optional<String> blob,
            Optional<Image> kept,
            Optional<String> link,
            int above) {
        boolean sameAs(Entry other) {
            return kind == other.kind
                    && (kind != Kind.FILE || (mode & 0100) == (other.mode & 0100) && size == other.size)
                    && link.equals(other.link);
        }
    }

    record Page(List<Entry> entries) {}

    private final Repo repo;
    private final Call call;
    private final Vault vault;

    WorkImages(Repo repo, Call call, Vault vault) {
        this.repo = repo;
        this.call = call;
        this.vault = vault;
    }

    /** Keeps what is there: by the object's name where a file is as the commit of {@code HEAD} has it, else as a copy. */
    Page keep(Collection<String> paths) {
        Known known = Known.of(repo, paths);
        List<Entry> entries = new ArrayList<>();
        boolean copied = false;
        try (FolderPath folders = new FolderPath(repo.work())) {
            for (String path : new TreeSet<>(paths)) {
                CallMonitor.check(call);
                Entry entry = look(folders, path);
                if (entry.kind() == Kind.FILE) {
                    Optional<String> blob = known.blob(entry);
                    Optional<Image> image = Optional.empty();
                    if (blob.isEmpty()) {
                        try (OpenFile file =
                                folders.at(parent(path)).orElseThrow().file(name(path))) {
                            image = Optional.of(vault.keep().keep(file));
                        }
                        copied = true;
                    }
                    entry = new Entry(
                            path,
                            Kind.FILE,
                            entry.mode(),
                            entry.size(),
                            entry.modified(),
                            entry.changed(),
                            blob,
                            image,
                            Optional.empty(),
                            entry.above());
                }
                entries.add(entry);
            }
        }
        if (copied) {
            vault.keep().sync();
        }
        return new Page(entries);
    }

    /** What is there now, with the name each content would have as an object; nothing is kept. */
    Page look(Collection<String> paths) {
        if (paths.isEmpty()) {
            return new Page(List.of());
        }
        Known known = Known.of(repo, paths);
        List<Entry> entries = new ArrayList<>();
        try (FolderPath folders = new FolderPath(repo.work())) {
            for (String path : new TreeSet<>(paths)) {
                Entry entry = look(folders, path);
                if (entry.kind() == Kind.FILE && entry.size() <= COMPARED) {
                    Optional<String> blob = known.blob(entry);
                    if (blob.isEmpty()) {
                        blob = Optional.of(hash(folders, path));
                    }
                    entry = new Entry(
                            path,
                            Kind.FILE,
                            entry.mode(),
                            entry.size(),
                            entry.modified(),
                            entry.changed(),
                            blob,
                            Optional.empty(),
                            Optional.empty(),
                            entry.above());
                }
                entries.add(entry);
            }
        }
        return new Page(entries);
    }

    /** Paths that are not as the page says. */
    List<String> differing(Page page) {
        List<String> changed = new ArrayList<>();
        try (FolderPath folders = new FolderPath(repo.work())) {
            for (Entry was : page.entries()) {
                CallMonitor.check(call);
                Entry now = look(folders, was.path());
                if (!same(folders, was, now)) {
                    changed.add(was.path());
                }
            }
        }
        return changed;
    }

    private boolean same(FolderPath folders, Entry was, Entry now) {
        if (!was.sameAs(now)) {
            return false;
        } else if (was.kind() != Kind.FILE
                || was.modified() == now.modified() && (was.changed() == now.changed() || !isKnown(was))) {
            return true;
        } else if (was.blob().isPresent()) {
            return now.size() <= COMPARED
                    && hash(folders, was.path()).equals(was.blob().get());
        } else if (was.kept().isPresent()) {
            try (OpenFile file = folders.at(parent(was.path())).orElseThrow().file(name(was.path()))) {
                return Trees.sha256(file).equals(was.kept().get().sha256());
            }
        }
        return false;
    }

    /** Whether the content can be compared: times that anyone can set are trusted only where it cannot. */
    private static boolean isKnown(Entry was) {
        return was.blob().isPresent() || was.kept().isPresent();
    }

    /** Makes every path as the page says it was; what is as it was is left alone. */
    List<String> restore(Page page) {
        List<Entry> todo = new ArrayList<>();
        try (FolderPath folders = new FolderPath(repo.work());
                ObjectReader reader = repo.git().newObjectReader()) {
            for (Entry was : page.entries()) {
                Entry now = look(folders, was.path());
                boolean exact = switch (was.kind()) {
                    case FILE -> was.mode() == now.mode();
                    case NONE -> was.above() >= now.above();
                    case LINK, FOLDER -> true;
                };
                if (!exact || !same(folders, was, now)) {
                    todo.add(was);
                }
            }
            for (Entry was : todo.reversed()) {
                if (was.kind() == Kind.NONE) {
                    folders.remove(was.path(), was.above());
                }
            }
            for (Entry was : todo) {
                if (was.kind() != Kind.NONE) {
                    bring(folders, was, reader);
                }
            }
        } catch (IOException e) {
            throw ToolException.unavailable("an object that undo needs cannot be read", e);
        }
        return todo.stream().map(Entry::path).toList();
    }

    private void bring(FolderPath folders, Entry was, ObjectReader reader) throws IOException {
        String name = name(was.path());
        Folder parent = folders.make(parent(was.path()));
        Optional<Stat> there = parent.stat(name);
        if (was.kind() == Kind.FOLDER) {
            there.filter(stat -> !stat.isFolder()).ifPresent(stat -> parent.remove(name));
            if (there.filter(Stat::isFolder).isEmpty()) {
                parent.makeFolder(name);
            }
            return;
        }
        if (there.filter(Stat::isFolder).isPresent()) {
            folders.forget();
            folders.make(parent(was.path())).removeFolder(name);
        }
        Folder into = folders.make(parent(was.path()));
        if (into.stat(TEMPORARY).isPresent()) {
            into.remove(TEMPORARY);
        }
        if (was.kind() == Kind.LINK) {
            into.makeLink(TEMPORARY, was.link().orElseThrow());
        } else {
            try (NewFile file = into.create(TEMPORARY)) {
                fill(file, was, reader);
                file.mode(was.mode());
                file.modified(was.modified());
                file.linkAs(TEMPORARY, false);
            }
        }
        into.rename(TEMPORARY, into, name, true);
    }

    private void fill(NewFile file, Entry was, ObjectReader reader) throws IOException {
        if (was.kept().isPresent()) {
            try (OpenFile kept = vault.keep().open(was.kept().get())) {
                Trees.copyContent(kept, file);
            }
            return;
        }
        ObjectId id = ObjectId.fromString(was.blob()
                .orElseThrow(() -> ToolException.unavailable(RepoText.path(was.path(), 200) + " was not kept")));
        reader.open(id, Constants.OBJ_BLOB).copyTo(new OutputStream() {
            @Override
            public void write(int one) {
                file.write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                file.write(bytes, offset, length);
            }
        });
    }

    private static Entry look(FolderPath folders, String path) {
        Optional<Folder> parent = folders.at(parent(path));
        String name = name(path);
        Optional<Stat> stat = parent.flatMap(folder -> folder.stat(name));
        int above = folders.depth();
        if (stat.isEmpty()) {
            return new Entry(path, Kind.NONE, 0, 0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty(), above);
        }
        Stat is = stat.get();
        return switch (is.type()) {
            case FILE ->
                new Entry(
                        path,
                        Kind.FILE,
                        is.mode() & 01777,
                        is.size(),
                        is.modifiedNanos(),
                        is.changedNanos(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        above);
            case LINK ->
                new Entry(
                        path,
                        Kind.LINK,
                        0,
                        0,
                        0,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(parent.get().link(name)),
                        above);
            case FOLDER ->
                new Entry(path, Kind.FOLDER, 0, 0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty(), above);
            case SPECIAL -> throw ToolException.conflict(RepoText.path(path, 200) + " is a FIFO, socket or device");
        };
    }

    /** The name a file's content has as an object of Git, unfiltered. */
    private static String hash(FolderPath folders, String path) {
        try (OpenFile file = folders.at(parent(path)).orElseThrow().file(name(path))) {
            MessageDigest digest = Constants.newMessageDigest();
            long size = file.stat().size();
            digest.update(Constants.encodeASCII("blob " + size + "\0"));
            byte[] step = new byte[64 * 1024];
            long at = 0;
            for (int length; (length = file.read(at, step, 0, step.length)) > 0; at += length) {
                digest.update(step, 0, length);
            }
            return ObjectId.fromRaw(digest.digest()).name();
        }
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Which files are, by index and times, as a commit has them: these need no copy. */
    private record Known(
            Map<String, DirCacheEntry> index, Map<String, ObjectId> head, long written, ObjectReader reader) {
        static Known of(Repo repo, Collection<String> paths) {
            Map<String, ObjectId> head = new HashMap<>();
            Map<String, DirCacheEntry> entries = new HashMap<>();
            long written = repo.indexFile().toFile().lastModified();
            ObjectReader reader = repo.git().newObjectReader();
            if (paths.isEmpty()) {
                return new Known(entries, head, written, reader);
            }
            try (RevWalk walk = new RevWalk(reader)) {
                DirCache index = repo.index();
                ObjectId commit = repo.git().resolve(Constants.HEAD);
                for (String path : paths) {
                    DirCacheEntry entry = index.getEntry(path);
                    if (entry != null && entry.getStage() == 0) {
                        entries.put(path, entry);
                    }
                }
                if (commit != null && !entries.isEmpty()) {
                    try (TreeWalk tree = new TreeWalk(reader)) {
                        tree.addTree(walk.parseCommit(commit).getTree());
                        tree.setRecursive(true);
                        tree.setFilter(PathFilterGroup.createFromStrings(entries.keySet()));
                        while (tree.next()) {
                            head.put(tree.getPathString(), tree.getObjectId(0));
                        }
                    }
                }
                return new Known(entries, head, written, reader);
            } catch (IOException e) {
                throw ToolException.unavailable(repo.shown() + " cannot be read", e);
            }
        }

        /** The object that holds exactly the file's bytes; empty where that is not certain. */
        Optional<String> blob(Entry file) {
            DirCacheEntry entry = index.get(file.path());
            if (entry == null
                    || !entry.getObjectId().equals(head.get(file.path()))
                    || entry.getLength() != (int) file.size()
                    || !sameTime(entry, file.modified())
                    || file.modified() / 1_000_000 >= written) {
                return Optional.empty();
            }
            try {
                // A file that was converted on the way out has another size than its object.
                return reader.getObjectSize(entry.getObjectId(), Constants.OBJ_BLOB) == file.size()
                        ? Optional.of(entry.getObjectId().name())
                        : Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static boolean sameTime(DirCacheEntry entry, long modified) {
            java.time.Instant time = entry.getLastModifiedInstant();
            return time.getEpochSecond() == Math.floorDiv(modified, 1_000_000_000L)
                    && (time.getNano() == Math.floorMod(modified, 1_000_000_000L) || time.getNano() == 0);
        }
    }
}
