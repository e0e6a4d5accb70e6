package dev.millwright.git.undo;

import dev.millwright.git.repo.RepoText;
import dev.millwright.git.undo.Vault.Content;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Trees;
import dev.millwright.workspace.Workspace;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The folder in which Git keeps what it knows, by handles: no link in it is followed, so nothing outside is read or
 * written. Paths are relative to it; one that ends in a slash is a folder.
 */
final class GitFolder implements AutoCloseable {
    private static final String TEMPORARY = "millwright-new";
    private static final int DEPTH = 6;

    /** What changes leave in the Git folder of a working tree. */
    private static final String OURS = "millwright.";

    private final Folder folder;

    GitFolder(Workspace workspace, File location) {
        this.folder = workspace.folder(workspace.at(location.getPath()));
    }

    Folder folder() {
        return folder;
    }

    /** Looks up the folder of a path; empty where a folder on the way is not there. */
    private <T> Optional<T> in(String path, boolean make, BiFunction<Folder, String, T> look) {
        return in(folder, path, make, look);
    }

    private static <T> Optional<T> in(Folder at, String path, boolean make, BiFunction<Folder, String, T> look) {
        int slash = path.indexOf('/');
        if (slash < 0 || slash == path.length() - 1) {
            return Optional.of(look.apply(at, slash < 0 ? path : path.substring(0, slash)));
        }
        String first = path.substring(0, slash);
        Optional<Stat> stat = at.stat(first);
        if (stat.isEmpty() && make) {
            at.makeFolder(first);
        } else if (stat.filter(Stat::isFolder).isEmpty()) {
            return Optional.empty();
        }
        try (Folder next = at.folder(first)) {
            return in(next, path.substring(slash + 1), make, look);
        }
    }

    Optional<Stat> stat(String path) {
        return in(path, false, Folder::stat).flatMap(found -> found);
    }

    /** Adds a file, or all files and folders below a folder, to a listing; links and special files are left out. */
    void list(String path, Vault vault, Map<String, Content> into) {
        in(path, false, (parent, name) -> {
            String above = path.substring(0, path.length() - (path.endsWith("/") ? 1 : 0) - name.length());
            add(parent, name, above, vault, into, DEPTH);
            return true;
        });
    }

    private static void add(
            Folder parent, String name, String above, Vault vault, Map<String, Content> into, int depth) {
        EntryType type = parent.stat(name).map(Stat::type).orElse(EntryType.SPECIAL);
        if (type == EntryType.FILE) {
            try (OpenFile file = parent.file(name)) {
                into.put(above + name, vault.put(file));
            }
        } else if (type == EntryType.FOLDER && depth > 0) {
            into.put(above + name + "/", Content.EMPTY);
            try (Folder inner = parent.folder(name)) {
                for (String entry : Trees.names(inner)) {
                    if (entry.startsWith(OURS)) {
                        // What a change in another working tree left there says nothing of it.
                        continue;
                    }
                    add(inner, entry, above + name + "/", vault, into, depth - 1);
                }
            }
        }
    }

    /** Gives a file this content, whatever it had; its folders are made. */
    void write(String path, byte[] content) {
        if (path.endsWith("/")) {
            in(path, true, (parent, name) -> {
                if (parent.stat(name).isEmpty()) {
                    parent.makeFolder(name);
                }
                return true;
            });
            return;
        }
        in(path, true, (parent, name) -> {
                    replace(parent, name, content, Optional.empty());
                    return true;
                })
                .orElseThrow(() -> ToolException.conflict(
                        RepoText.path(path, 200) + " cannot be written: a folder above it is none"));
    }

    private static void replace(Folder parent, String name, byte[] content, Optional<Long> modified) {
        try (NewFile file = parent.create(TEMPORARY)) {
            file.write(content, 0, content.length);
            file.mode(0644);
            modified.ifPresent(file::modified);
            if (parent.stat(TEMPORARY).isPresent()) {
                parent.remove(TEMPORARY);
            }
            file.linkAs(TEMPORARY);
        }
        parent.rename(TEMPORARY, parent, name, true);
    }

    /** Removes a file, or an empty folder; nothing where it is not there, or not empty. */
    void remove(String path) {
        in(path, false, (parent, name) -> {
            Optional<Stat> stat = parent.stat(name);
            if (stat.isPresent() && !stat.get().isFolder()) {
                parent.remove(name);
            } else if (stat.isPresent()) {
                try (Folder inner = parent.folder(name)) {
                    if (!Trees.names(inner).stream().allMatch(entry -> entry.startsWith(OURS))) {
                        return false;
                    }
                }
                Trees.remove(parent, name);
            }
            return true;
        });
    }

    /** Makes these files as they were: what differs is written, what is there and was not is removed. */
    void restore(Map<String, Content> now, Map<String, Content> wanted, Vault vault) {
        wanted.forEach((path, content) -> {
            if (!now.containsKey(path) || !now.get(path).key().equals(content.key())) {
                write(path, vault.bytes(content));
            }
        });
        List<String> extra = now.keySet().stream()
                .filter(path -> !wanted.containsKey(path))
                .sorted(java.util.Comparator.reverseOrder())
                .toList();
        extra.forEach(this::remove);
    }

    @Override
    public void close() {
        folder.close();
    }
}
