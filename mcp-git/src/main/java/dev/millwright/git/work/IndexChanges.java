package dev.millwright.git.work;

import dev.millwright.git.repo.Repo;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/** Changes of the index that leave the working tree alone. */
final class IndexChanges {
    private final Repo repo;
    private final Index index;

    IndexChanges(Repo repo, Index index) {
        this.repo = repo;
        this.index = index;
    }

    Index with(List<PathChange> changes) {
        Cleaned cleaned = new Cleaned(repo, new Attributes(repo.git(), new WorkAttributes(repo)));
        CheckoutNames names = new CheckoutNames();
        Set<String> gone = new HashSet<>();
        List<IndexEntry> added = new ArrayList<>();
        try (WorkFolders folders = new WorkFolders(repo)) {
            for (PathChange change : changes) {
                gone.add(change.path());
                switch (change) {
                    case PathChange.Remove remove -> {}
                    case PathChange.Put(String path, FileMode mode, ObjectId id) -> {
                        names.check(path, mode);
                        IndexEntry entry = IndexEntry.of(path, mode, id, 0, StatData.NONE);
                        added.add(entry.with(known(entry, folders, cleaned)));
                    }
                    case PathChange.Conflict conflict -> added.addAll(Checkout.stages(conflict));
                }
            }
        }
        return index.with(gone, added);
    }

    /** Of the file, where it is this very version, so that nobody has to read it again. */
    private static StatData known(IndexEntry entry, WorkFolders folders, Cleaned cleaned) {
        Optional<Folder> folder = folders.find(WorkFolders.parent(entry.path()));
        Optional<Stat> stat = folder.flatMap(in -> in.stat(WorkFolders.name(entry.path())));
        boolean same = stat.isPresent() && !cleaned.differs(entry, true, folder.get(), stat.get());
        return same ? StatData.of(stat.get()) : StatData.NONE;
    }
}
