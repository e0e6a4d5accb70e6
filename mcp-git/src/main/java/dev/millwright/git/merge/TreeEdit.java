package dev.millwright.git.merge;

import dev.millwright.git.work.PathChange.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/** Writes a tree that differs from another in some paths; only folders with a change in them are read and written. */
final class TreeEdit {
    private record Entry(byte[] name, FileMode mode, ObjectId id) {}

    /** Changes below one folder: what a name becomes, and what changes in the folder of that name. */
    private static final class Level {
        private final Map<String, Optional<Side>> entries = new HashMap<>();
        private final Map<String, Level> folders = new HashMap<>();

        void add(String path, Optional<Side> to) {
            int slash = path.indexOf('/');
            if (slash < 0) {
                entries.put(path, to);
            } else {
                folders.computeIfAbsent(path.substring(0, slash), name -> new Level())
                        .add(path.substring(slash + 1), to);
            }
        }
    }

    private final ObjectReader reader;
    private final ObjectInserter inserter;

    TreeEdit(ObjectReader reader, ObjectInserter inserter) {
        this.reader = reader;
        this.inserter = inserter;
    }

    /** @param changes what paths become; empty for those that go */
    ObjectId write(ObjectId tree, Map<String, Optional<Side>> changes) throws IOException {
        Level top = new Level();
        changes.forEach(top::add);
        Optional<ObjectId> written = write(Optional.of(tree), top);
        return written.isPresent() ? written.get() : inserter.insert(new TreeFormatter());
    }

    private Optional<ObjectId> write(Optional<ObjectId> tree, Level level) throws IOException {
        Map<String, Entry> entries = new HashMap<>();
        if (tree.isPresent() && !tree.get().equals(ObjectId.zeroId())) {
            for (CanonicalTreeParser parser = new CanonicalTreeParser(null, reader, tree.get());
                    !parser.eof();
                    parser.next(1)) {
                byte[] name = new byte[parser.getNameLength()];
                parser.getName(name, 0);
                entries.put(key(name), new Entry(name, parser.getEntryFileMode(), parser.getEntryObjectId()));
            }
        }
        level.entries.forEach((name, to) -> {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            Entry old = entries.get(key(bytes));
            if (to.isPresent()) {
                entries.put(
                        key(bytes), new Entry(bytes, to.get().mode(), to.get().id()));
            } else if (old != null && !old.mode().equals(FileMode.TREE.getBits())) {
                entries.remove(key(bytes));
            }
        });
        for (Map.Entry<String, Level> folder : level.folders.entrySet()) {
            byte[] bytes = folder.getKey().getBytes(StandardCharsets.UTF_8);
            Entry old = entries.get(key(bytes));
            boolean isFolder = old != null && old.mode().equals(FileMode.TREE.getBits());
            Optional<ObjectId> written = write(isFolder ? Optional.of(old.id()) : Optional.empty(), folder.getValue());
            if (written.isPresent()) {
                entries.put(key(bytes), new Entry(bytes, FileMode.TREE, written.get()));
            } else if (isFolder) {
                entries.remove(key(bytes));
            }
        }
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        List<Entry> ordered = new ArrayList<>(entries.values());
        ordered.sort(Comparator.comparing(
                entry -> key(entry.name()) + (entry.mode().equals(FileMode.TREE.getBits()) ? "/" : "")));
        TreeFormatter formatter = new TreeFormatter();
        for (Entry entry : ordered) {
            formatter.append(entry.name(), entry.mode(), entry.id());
        }
        return Optional.of(inserter.insert(formatter));
    }

    /** One character a byte, so that any name keeps its bytes, and Git's order. */
    private static String key(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
