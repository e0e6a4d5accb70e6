package dev.millwright.git.work;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * The {@code .gitattributes} of a working tree: on the way in its own files decide, on the way out those of the index
 * that is being written; each falls back on the other.
 */
final class WorkAttributes implements Attributes.Source {
    private static final String FILE = ".gitattributes";

    private final Repo repo;
    private final Optional<Index> target;
    private final Optional<ObjectReader> reader;

    /** On the way in. */
    WorkAttributes(Repo repo) {
        this.repo = repo;
        this.target = Optional.empty();
        this.reader = Optional.empty();
    }

    /** On the way out. */
    WorkAttributes(Repo repo, Index target, ObjectReader reader) {
        this.repo = repo;
        this.target = Optional.of(target);
        this.reader = Optional.of(reader);
    }

    @Override
    public Optional<byte[]> attributesOf(String folder) {
        String path = folder.isEmpty() ? FILE : folder + "/" + FILE;
        Optional<IndexEntry> entry =
                target.flatMap(index -> index.entry(path)).filter(is -> !is.isLink() && !is.isSubmodule());
        if (entry.isPresent()) {
            return Optional.of(blob(entry.get()));
        }
        try (WorkFolders folders = new WorkFolders(repo)) {
            return folders.content(path, Attributes.MOST_BYTES);
        }
    }

    private byte[] blob(IndexEntry entry) {
        try {
            ObjectLoader blob = reader.orElseThrow().open(entry.id(), Constants.OBJ_BLOB);
            return blob.getSize() > Attributes.MOST_BYTES ? new byte[0] : blob.getBytes();
        } catch (IOException e) {
            throw ToolException.unavailable(
                    repo.shown() + " lacks the object " + entry.id().name(), e);
        }
    }
}
