package dev.millwright.git.work;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folders of a working tree, opened one name at a time without following links, so that no path passes one. Those on
 * the way to the last path stay open. For one thread.
 */
final class WorkFolders implements AutoCloseable {
    private static final int DEPTH = 400;

    private record Level(String path, Folder folder) {}

    private final Repo repo;
    private final List<Level> open = new ArrayList<>();

    WorkFolders(Repo repo) {
        this.repo = repo;
    }

    /** A folder, {@code ""} for the top; empty where there is none, or only a link to one. */
    Optional<Folder> find(String path) {
        return open(path, false);
    }

    /** As {@link #find}, made where there is none. @throws ToolException {@code CONFLICT} where something else has the name */
    Folder make(String path) {
        return open(path, true)
                .orElseThrow(() -> ToolException.conflict(repo.shown(path) + " is not a folder, or is a link to one"));
    }

    private Optional<Folder> open(String path, boolean make) {
        while (!open.isEmpty() && !isWithin(path, open.getLast().path)) {
            open.removeLast().folder.close();
        }
        if (open.isEmpty()) {
            open.add(new Level("", repo.work()));
        }
        while (open.getLast().path.length() < path.length()) {
            Level here = open.getLast();
            int from = here.path.isEmpty() ? 0 : here.path.length() + 1;
            int slash = path.indexOf('/', from);
            int end = slash < 0 ? path.length() : slash;
            String name = path.substring(from, end);
            Optional<Stat> stat = here.folder.stat(name);
            if (stat.isEmpty() && make) {
                here.folder.makeFolder(name);
            } else if (stat.filter(Stat::isFolder).isEmpty()) {
                return Optional.empty();
            }
            if (open.size() > DEPTH) {
                throw ToolException.limit(repo.shown(path) + " is nested deeper than " + DEPTH + " folders");
            }
            open.add(new Level(path.substring(0, end), here.folder.folder(name)));
        }
        return Optional.of(open.getLast().folder);
    }

    private static boolean isWithin(String path, String folder) {
        return folder.isEmpty()
                || path.startsWith(folder) && (path.length() == folder.length() || path.charAt(folder.length()) == '/');
    }

    /** Lets go of a folder that is about to be removed. */
    void forget(String path) {
        while (open.size() > 1 && isWithin(open.getLast().path, path)) {
            open.removeLast().folder.close();
        }
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Of the entry itself; empty where there is none, also where the path would pass a link or a file. */
    Optional<Stat> stat(String path) {
        return find(parent(path)).flatMap(folder -> folder.stat(name(path)));
    }

    /** The first bytes of a regular file; empty where there is none. */
    Optional<byte[]> content(String path, int most) {
        Optional<Folder> folder = find(parent(path));
        if (folder.flatMap(in -> in.stat(name(path))).filter(Stat::isFile).isEmpty()) {
            return Optional.empty();
        }
        try (OpenFile file = folder.get().file(name(path))) {
            byte[] bytes = new byte[(int) Math.min(most, file.stat().size())];
            int length = file.read(0, bytes, 0, bytes.length);
            return Optional.of(length == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, length));
        }
    }

    /** What on the way to a path is no folder, by its path: a file or a link that keeps it from being made. */
    Optional<String> obstacle(String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String above = path.substring(0, slash);
            Optional<Stat> stat = stat(above);
            if (stat.isEmpty()) {
                return Optional.empty();
            } else if (stat.get().type() != EntryType.FOLDER) {
                return Optional.of(above);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        open.reversed().forEach(level -> level.folder.close());
        open.clear();
    }
}
