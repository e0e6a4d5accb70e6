package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files that decide what a repository is, as they were before they were read: whether there, and of which version. */
final class Marks {
    /** Time stamps younger than this when they are read may stand for a later change too. */
    static final long RACY_NANOS = 20_000_000;

    private final Map<Target, Map<String, Optional<Stat>>> files = new LinkedHashMap<>();

    /** Call before reading. */
    void add(Target at, Folder folder, String name) {
        put(at, name, folder.stat(name));
    }

    /** A file whose folder is not there either. */
    void addMissing(Target at, String name) {
        put(at, name, Optional.empty());
    }

    private void put(Target at, String name, Optional<Stat> stat) {
        files.computeIfAbsent(at, folder -> new HashMap<>()).put(name, stat.filter(s -> !isRacy(s)));
    }

    static boolean isRacy(Stat stat) {
        return System.currentTimeMillis() * 1_000_000 - stat.modifiedNanos() < RACY_NANOS;
    }

    /** Whether all are as they were. */
    boolean hold(Workspace workspace) {
        return files.entrySet().stream().allMatch(entry -> holds(workspace, entry.getKey(), entry.getValue()));
    }

    private static boolean holds(Workspace workspace, Target at, Map<String, Optional<Stat>> names) {
        try (Folder folder = workspace.folder(at)) {
            return names.entrySet().stream().allMatch(entry -> same(entry.getValue(), folder.stat(entry.getKey())));
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return names.values().stream().allMatch(Optional::isEmpty);
            }
            throw e;
        }
    }

    /** Whether a file was not touched; of a folder, whether it is the same one. */
    static boolean same(Optional<Stat> then, Optional<Stat> now) {
        if (then.isEmpty() || now.isEmpty()) {
            return then.isEmpty() && now.isEmpty();
        }
        Stat one = then.get();
        Stat other = now.get();
        return one.sameEntryAs(other)
                && one.type() == other.type()
                && (one.isFolder() || one.size() == other.size() && one.modifiedNanos() == other.modifiedNanos());
    }
}
