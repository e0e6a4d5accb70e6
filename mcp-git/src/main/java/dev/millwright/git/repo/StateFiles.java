package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Version;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Small files in the Git folder that say which operation is in progress, as in {@code MERGE_HEAD}. By handles: a link
 * there is not followed.
 */
public final class StateFiles {
    private static final int LONGEST = 1 << 20;
    private static final String TEMPORARY = "millwright-state";

    private final Repo repo;

    public StateFiles(Repo repo) {
        this.repo = repo;
    }

    /** @throws ToolException {@code LIMIT} for a file longer than 1 MiB */
    public Optional<String> read(String name) {
        try (Folder folder = repo.workspace().folder(repo.gitDir())) {
            Optional<Stat> stat = folder.stat(name);
            if (stat.filter(Stat::isFile).isEmpty()) {
                return Optional.empty();
            } else if (stat.get().size() > LONGEST) {
                throw ToolException.limit("the Git folder's " + name + " is longer than " + LONGEST + " bytes");
            }
            try (OpenFile file = folder.file(name)) {
                return Optional.of(new String(Version.all(file, LONGEST), StandardCharsets.UTF_8));
            }
        }
    }

    /** The objects that a file names, one a line. */
    public List<ObjectId> ids(String name) {
        return read(name).stream()
                .flatMap(String::lines)
                .map(line -> line.length() > 40 ? line.substring(0, 40) : line)
                .filter(ObjectId::isId)
                .map(ObjectId::fromString)
                .toList();
    }

    public void write(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (Folder folder = repo.workspace().folder(repo.gitDir())) {
            if (folder.stat(TEMPORARY).isPresent()) {
                folder.remove(TEMPORARY);
            }
            try (NewFile file = folder.create(TEMPORARY)) {
                file.write(bytes, 0, bytes.length);
                file.linkAs(TEMPORARY);
            }
            folder.rename(TEMPORARY, folder, name, true);
        }
    }

    /** Those that are there go. */
    public void remove(Collection<String> names) {
        try (Folder folder = repo.workspace().folder(repo.gitDir())) {
            for (String name : names) {
                if (folder.stat(name).filter(stat -> !stat.isFolder()).isPresent()) {
                    folder.remove(name);
                }
            }
        }
    }
}
