package dev.millwright.git.work;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/** Compares the index with a tree, passing over folders that the index remembers to be equal. */
final class Staged {
    private static final int DEPTH = 1000;

    private final Repo repo;
    private final Call call;
    private final Index index;
    private final Looking looking;
    private final ObjectReader reader;
    private final List<Difference> found = new ArrayList<>();

    private Staged(Repo repo, Call call, Index index, Looking looking, ObjectReader reader) {
        this.repo = repo;
        this.call = call;
        this.index = index;
        this.looking = looking;
        this.reader = reader;
    }

    /** All that differs, by path; conflicts are left out. @param tree {@link ObjectId#zeroId()} for the empty one */
    static List<Difference> since(Repo repo, Call call, ObjectId tree, Index index, Looking looking) {
        try (ObjectReader reader = repo.git().newObjectReader()) {
            Staged staged = new Staged(repo, call, index, looking, reader);
            staged.compare(tree, "", index.entries(), 0);
            staged.found.sort(null);
            return staged.found;
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    private void compare(ObjectId tree, String path, List<IndexEntry> entries, int depth) throws IOException {
        CallMonitor.check(call);
        if (!looking.enters(path) || index.tree(path).filter(tree::equals).isPresent()) {
            return;
        } else if (depth > DEPTH) {
            throw ToolException.limit(RepoText.path(path, 200) + " is nested deeper than " + DEPTH + " folders");
        }
        Map<String, PathChange.Side> before = read(tree);
        Map<String, Children.Child> now = Children.of(entries, path.isEmpty() ? 0 : path.length() + 1);
        for (Map.Entry<String, PathChange.Side> each : before.entrySet()) {
            String below = path.isEmpty() ? each.getKey() : path + "/" + each.getKey();
            Children.Child child = now.getOrDefault(each.getKey(), new Children.Child(List.of(), List.of()));
            boolean wasFolder = FileMode.TREE.equals(each.getValue().mode());
            if (wasFolder) {
                compare(each.getValue().id(), below, child.below(), depth + 1);
            } else {
                child.below().forEach(this::added);
            }
            file(below, wasFolder ? Optional.empty() : Optional.of(each.getValue()), child.files());
        }
        now.forEach((name, child) -> {
            if (!before.containsKey(name)) {
                child.files().forEach(this::added);
                child.below().forEach(this::added);
            }
        });
    }

    private Map<String, PathChange.Side> read(ObjectId tree) throws IOException {
        Map<String, PathChange.Side> sides = new HashMap<>();
        if (!ObjectId.zeroId().equals(tree)) {
            CanonicalTreeParser parser = new CanonicalTreeParser(null, reader, tree);
            for (; !parser.eof(); parser.next()) {
                FileMode mode = parser.getEntryFileMode();
                sides.put(parser.getEntryPathString(), new PathChange.Side(mode, parser.getEntryObjectId()));
            }
        }
        return sides;
    }

    private void file(String path, Optional<PathChange.Side> was, List<IndexEntry> stages) {
        if (was.isEmpty()) {
            stages.forEach(this::added);
        } else if (!looking.wants(path)) {
            return;
        } else if (stages.isEmpty() || stages.getFirst().has(IndexEntry.INTENT_TO_ADD)) {
            found.add(new Difference(path, Difference.Kind.DELETED, was, Optional.empty()));
        } else if (stages.getFirst().stage() == 0 && !stages.getFirst().isVersion(was.get())) {
            IndexEntry entry = stages.getFirst();
            boolean typeChanged = (entry.mode() & 0170000) != (was.get().mode().getBits() & 0170000);
            found.add(new Difference(
                    path,
                    typeChanged ? Difference.Kind.TYPE_CHANGED : Difference.Kind.MODIFIED,
                    was,
                    Optional.of(side(entry))));
        }
    }

    private static PathChange.Side side(IndexEntry entry) {
        return new PathChange.Side(FileMode.fromBits(entry.mode()), entry.id());
    }

    private void added(IndexEntry entry) {
        if (entry.stage() == 0 && !entry.has(IndexEntry.INTENT_TO_ADD) && looking.wants(entry.path())) {
            found.add(new Difference(entry.path(), Difference.Kind.ADDED, Optional.empty(), Optional.of(side(entry))));
        }
    }
}
