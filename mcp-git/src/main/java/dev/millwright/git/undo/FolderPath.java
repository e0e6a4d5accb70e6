package dev.millwright.git.undo;

import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The folders from a top down to one path, held open: sorted paths share most of them. No link is followed. */
final class FolderPath implements AutoCloseable {
    private final Folder top;
    private final List<String> names = new ArrayList<>();
    private final List<Folder> open = new ArrayList<>();

    /** @param top closed with this */
    FolderPath(Folder top) {
        this.top = top;
    }

    /** The folder of a path, empty for the top; nothing where it is not there, {@link #depth} says how far it is. */
    Optional<Folder> at(String path) {
        return down(path, false);
    }

    /** As {@link #at}, missing folders are made; a file or link in the place of one gives way. */
    Folder make(String path) {
        return down(path, true).orElseThrow();
    }

    private Optional<Folder> down(String path, boolean make) {
        List<String> wanted = path.isEmpty() ? List.of() : List.of(path.split("/"));
        int same = 0;
        while (same < names.size() && same < wanted.size() && names.get(same).equals(wanted.get(same))) {
            same++;
        }
        cut(same);
        for (String name : wanted.subList(same, wanted.size())) {
            Folder last = last();
            Optional<Stat> stat = last.stat(name);
            if (stat.filter(Stat::isFolder).isEmpty()) {
                if (!make) {
                    return Optional.empty();
                }
                if (stat.isPresent()) {
                    last.remove(name);
                }
                last.makeFolder(name);
            }
            open.add(last.folder(name));
            names.add(name);
        }
        return Optional.of(last());
    }

    private Folder last() {
        return open.isEmpty() ? top : open.getLast();
    }

    /** How many folders below the top are open. */
    int depth() {
        return open.size();
    }

    /** Removes a file or link, or an empty folder, and the empty folders above it that are deeper than {@code keep}. */
    void remove(String path, int keep) {
        int slash = path.lastIndexOf('/');
        Optional<Folder> parent = at(slash < 0 ? "" : path.substring(0, slash));
        String name = path.substring(slash + 1);
        Optional<Stat> stat = parent.flatMap(folder -> folder.stat(name));
        if (stat.isPresent()) {
            if (stat.get().isFolder()) {
                parent.get().removeFolder(name);
            } else {
                parent.get().remove(name);
            }
        }
        while (open.size() > keep && Trees.names(last()).isEmpty()) {
            String empty = names.getLast();
            cut(open.size() - 1);
            last().removeFolder(empty);
        }
    }

    /** Lets go of all folders but the top. */
    void forget() {
        cut(0);
    }

    private void cut(int depth) {
        while (open.size() > depth) {
            open.removeLast().close();
            names.removeLast();
        }
    }

    @Override
    public void close() {
        cut(0);
        top.close();
    }
}
