package dev.millwright.docker.cache;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A context in a tenant's folders; looks no further than a bound, and into no link. */
public final class FolderContext implements Context {
    private static final int MOST_ENTRIES = 20_000;
    private static final int LEVELS = 3;
    private static final int LONGEST_TEXT = 1_000_000;

    private final Workspace workspace;
    private final Target folder;
    private final List<Entry> entries = new ArrayList<>();
    private int looked;

    /** @throws ToolException when the folder is not there or is none */
    public FolderContext(Workspace workspace, Target folder) {
        this.workspace = workspace;
        this.folder = folder;
        try (Folder top = workspace.folder(folder)) {
            walk(top, "", 1);
        }
    }

    @Override
    public boolean known() {
        return true;
    }

    @Override
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    @Override
    public Optional<String> text(String path) {
        Target target = workspace.at(folder.root(), folder.path().isEmpty() ? path : folder.path() + "/" + path);
        try (OpenFile file = workspace.open(target)) {
            return Optional.of(new String(Version.all(file, LONGEST_TEXT), StandardCharsets.UTF_8));
        } catch (ToolException e) {
            return Optional.empty();
        }
    }

    /** @return the bytes below, as far as was looked */
    private long walk(Folder in, String path, int level) {
        record Found(String name, EntryType type) {}
        List<Found> found = new ArrayList<>();
        in.entries((name, type) -> {
            found.add(new Found(name, type));
            return ++looked < MOST_ENTRIES;
        });
        long all = 0;
        for (Found each : found) {
            String full = path.isEmpty() ? each.name() : path + "/" + each.name();
            long bytes = 0;
            if (each.type() == EntryType.FOLDER) {
                try (Folder below = in.folder(each.name())) {
                    bytes = looked < MOST_ENTRIES ? walk(below, full, level + 1) : 0;
                } catch (ToolException e) {
                    // not readable: told without its size
                }
            } else if (each.type() == EntryType.FILE) {
                bytes = in.stat(each.name()).map(stat -> stat.size()).orElse(0L);
            }
            all += bytes;
            if (level <= LEVELS) {
                entries.add(new Entry(full, each.type() == EntryType.FOLDER, bytes));
            }
        }
        return all;
    }
}
