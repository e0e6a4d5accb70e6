package dev.millwright.git.work;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/** Files of the working tree as the repository would have them, to be compared. Of one thread; to be closed after use. */
public final class WorkVersions implements AutoCloseable {
    private final Repo repo;
    private final WorkFolders folders;
    private final Cleaned cleaned;

    public WorkVersions(Repo repo) {
        this.repo = repo;
        this.folders = new WorkFolders(repo);
        this.cleaned = new Cleaned(repo, new Attributes(repo.git(), new WorkAttributes(repo)));
    }

    /**
     * What a path is now; empty where there is nothing that could be added, or only a folder.
     *
     * @param indexed what it is in the index, which decides where the file system cannot tell
     */
    public Optional<PathChange.Side> side(String path, Optional<PathChange.Side> indexed) {
        Optional<Stat> stat = folders.stat(path);
        if (stat.isEmpty() || stat.get().type() == EntryType.SPECIAL) {
            return Optional.empty();
        } else if (stat.get().isFolder()) {
            return indexed.filter(side -> side.mode().equals(FileMode.GITLINK))
                    .flatMap(side -> SubmoduleHead.of(repo, folder(path), path))
                    .map(head -> new PathChange.Side(FileMode.GITLINK, head));
        }
        FileMode mode =
                cleaned.mode(indexed.map(PathChange.Side::mode), stat.get()).orElseThrow();
        String forAttributes = mode.equals(FileMode.SYMLINK) ? "" : path;
        ObjectId id = cleaned.id(
                parent(path), WorkFolders.name(path), forAttributes, stat.get(), indexed.map(PathChange.Side::id));
        return Optional.of(new PathChange.Side(mode, id));
    }

    private Folder parent(String path) {
        return folder(WorkFolders.parent(path));
    }

    private Folder folder(String path) {
        return folders.find(path).orElseThrow(() -> ToolException.conflict(repo.shown(path) + " is gone meanwhile"));
    }

    /** Bytes of the file, before its line ends are changed. */
    public long size(String path) {
        return folders.stat(path).map(Stat::size).orElse(0L);
    }

    /** A file or the text of a link, line ends as in the repository. */
    public byte[] bytes(String path, Optional<ObjectId> indexed) {
        Stat stat =
                folders.stat(path).orElseThrow(() -> ToolException.conflict(repo.shown(path) + " is gone meanwhile"));
        String forAttributes = stat.type() == EntryType.LINK ? "" : path;
        return cleaned.bytes(parent(path), WorkFolders.name(path), forAttributes, stat, indexed);
    }

    /** @throws ToolException {@code DENIED} for a file that only a program may stage, which is never run */
    public void checkStageable(String path) {
        folders.stat(path).ifPresent(stat -> cleaned.checkStageable(parent(path), WorkFolders.name(path), path, stat));
    }

    @Override
    public void close() {
        folders.close();
    }
}
