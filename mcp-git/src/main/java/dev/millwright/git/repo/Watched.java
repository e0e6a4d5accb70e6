package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder of a repository in which JGit finds files by their path: none of them, at any depth, may be a link, nor block
 * like a FIFO. Looked through once, then only where the time of a folder changed.
 */
final class Watched {
    private static final int DEPTH = 64;
    private static final int FOLDERS = 200_000;

    /** Of a repository's own folder: read neither by JGit nor by us. */
    private static final Set<String> UNREAD = Set.of("hooks", "lfs", "annex", "modules");

    private static final Set<String> READ = Set.of(
            "refs", "logs", "info", "objects", "rebase-merge", "rebase-apply", "sequencer", "worktrees", "reftable");

    /** What is looked at below a folder. */
    enum Kind {
        /** The repository itself: only what Git keeps there. */
        REPOSITORY,
        /** Its objects: loose ones by two digits, packs, info. */
        OBJECTS,
        /** All. */
        ALL,
        /** Only itself. */
        LEAF;

        private Optional<Kind> below(String name) {
            return switch (this) {
                case REPOSITORY ->
                    READ.contains(name) ? Optional.of(name.equals("objects") ? OBJECTS : ALL) : Optional.empty();
                case OBJECTS ->
                    name.equals("info") || name.equals("pack")
                            ? Optional.of(ALL)
                            : name.length() == 2 ? Optional.of(LEAF) : Optional.empty();
                case ALL -> Optional.of(ALL);
                case LEAF -> Optional.empty();
            };
        }
    }

    private final Kind kind;
    private final String shown;
    private final int depth;
    private final Map<String, Watched> below = new HashMap<>();
    private long modified = -1;
    private long inode = -1;

    private Watched(Kind kind, String shown, int depth) {
        this.kind = kind;
        this.shown = shown;
        this.depth = depth;
    }

    /**
     * @param shown the folder, for messages
     * @throws ToolException {@code DENIED} for a link or another special file, by name
     */
    static Watched of(Folder folder, Kind kind, String shown) {
        Watched watched = new Watched(kind, shown, 0);
        watched.refresh(folder, folder.stat(), new int[1]);
        return watched;
    }

    /** Looks again where something changed; throws as {@link #of}. */
    void refresh(Folder folder) {
        refresh(folder, folder.stat(), new int[1]);
    }

    private void refresh(Folder folder, Stat stat, int[] folders) {
        if (++folders[0] > FOLDERS) {
            throw ToolException.limit(shown + " holds more folders than a repository has; git pack-refs makes less");
        }
        if (stat.modifiedNanos() != modified || stat.inode() != inode) {
            list(folder);
            modified = Marks.isRacy(stat) ? -1 : stat.modifiedNanos();
            inode = stat.inode();
        }
        var each = below.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Watched> entry = each.next();
            Optional<Stat> now = folder.stat(entry.getKey());
            if (now.isEmpty() || now.get().isFile()) {
                // Gone, or a branch took the place of those that were named below it.
                each.remove();
            } else if (!now.get().isFolder()) {
                throw refused(entry.getKey(), now.get().type());
            } else {
                entry.getValue().refreshIn(folder, entry.getKey(), now.get(), folders);
            }
        }
    }

    private void refreshIn(Folder above, String name, Stat stat, int[] folders) {
        if (below.isEmpty() && stat.modifiedNanos() == modified && stat.inode() == inode) {
            return;
        }
        try (Folder folder = above.folder(name)) {
            refresh(folder, stat, folders);
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND) {
                throw e;
            }
            // Another program removed it this moment: what is not there leads nowhere.
        }
    }

    private void list(Folder folder) {
        folder.entries((name, type) -> {
            if (type == EntryType.FOLDER) {
                kind.below(name).ifPresent(next -> {
                    if (depth == DEPTH) {
                        throw ToolException.limit(shown + " is nested too deeply");
                    }
                    below.computeIfAbsent(name, n -> new Watched(next, shown + "/" + n, depth + 1));
                });
            } else if (type != EntryType.FILE && !isUnread(name)) {
                throw refused(name, type);
            }
            return true;
        });
    }

    private boolean isUnread(String name) {
        return kind == Kind.REPOSITORY && (UNREAD.contains(name) || name.startsWith("fsmonitor--daemon"));
    }

    private ToolException refused(String name, EntryType type) {
        return ToolException.denied("%s/%s is %s; a repository is opened only when all of it lies where it seems to"
                .formatted(shown, RepoText.line(name, 100), type == EntryType.LINK ? "a symbolic link" : "no file"));
    }
}
