package dev.millwright.git.merge;

import dev.millwright.git.merge.TextMerge.Favor;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.PathChange.Side;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * Merges three trees as Git's {@code ort} does, renames of files and folders included; see {@code merge-ort.c} for why the
 * rules are as they are. Writes objects, touches neither index nor working tree, and runs nothing: merge drivers of a
 * repository count as unknown.
 */
public final class TreeMerge {
    /** Whether a path is in use. */
    interface Taken {
        boolean by(String path, int side);
    }

    private record Rename(String from, String to, int side) {}

    private final Call call;
    private final ObjectInserter inserter;
    private final ObjectReader reader;
    private final Blobs blobs;
    private final Favor favor;

    /** @param favor what settles conflicts of lines */
    public TreeMerge(Repo repo, Call call, ObjectInserter inserter, Favor favor) {
        this.call = call;
        this.inserter = inserter;
        this.reader = inserter.newReader();
        this.blobs = new Blobs(reader, repo.config().maxTextBytes());
        this.favor = favor;
    }

    /** @param base of both others; {@link ObjectId#zeroId()} is the empty tree */
    public Merged merge(ObjectId base, ObjectId ours, ObjectId theirs, Labels labels) throws IOException {
        return merge(base, ours, theirs, labels, 0, attributes(ours));
    }

    MergeAttributes attributes(ObjectId tree) {
        return new MergeAttributes(reader, tree);
    }

    /** @param depth 0 for the merge that was asked for, more for one that makes its base */
    Merged merge(ObjectId base, ObjectId ours, ObjectId theirs, Labels labels, int depth, MergeAttributes attributes)
            throws IOException {
        return new Making(labels, depth, attributes).merge(base, ours, theirs);
    }

    private void check() {
        CallMonitor.check(call);
    }

    /** One merge in the making. */
    private final class Making {
        private final Labels labels;
        private final int depth;
        private final ContentMerge contents;
        private final Walk walk = new Walk(reader, TreeMerge.this::check);
        private final Map<String, Node> nodes = walk.nodes;
        private final List<Merged.Note> notes = new ArrayList<>();
        private final FolderRenames folderRenames = new FolderRenames(notes);
        private final Map<String, Optional<Side>> results = new HashMap<>();
        private final Map<String, Node> open = new TreeMap<>();
        private final Set<String> inhabited = new HashSet<>();

        Making(Labels labels, int depth, MergeAttributes attributes) {
            this.labels = labels;
            this.depth = depth;
            this.contents = new ContentMerge(blobs, attributes, inserter, favor, TreeMerge.this::check);
        }

        Merged merge(ObjectId base, ObjectId ours, ObjectId theirs) throws IOException {
            walk.over(base, ours, theirs);
            renames();
            for (String path : new ArrayList<>(new TreeSet<>(nodes.keySet()).descendingSet())) {
                check();
                settle(path, Objects.requireNonNull(nodes.get(path)));
            }
            ObjectId tree = new TreeEdit(reader, inserter).write(ours, results);
            List<PathChange.Conflict> conflicts = new ArrayList<>();
            open.forEach((path, node) -> conflicts.add(new PathChange.Conflict(
                    path,
                    side(node, Node.BASE),
                    side(node, Node.OURS),
                    side(node, Node.THEIRS),
                    Optional.ofNullable(node.result))));
            return new Merged(tree, open.isEmpty() && folderRenames.isClean(), conflicts, notes);
        }

        private Optional<Side> side(Node node, int index) {
            return (node.files & 1 << index) == 0 ? Optional.empty() : Optional.ofNullable(node.sides[index]);
        }

        private void note(String kind, String path, String text) {
            notes.add(new Merged.Note(kind, path, text));
        }

        private String label(int side) {
            return side == Node.OURS ? labels.ours() : labels.theirs();
        }

        private void renames() throws IOException {
            List<Map<String, String>> found = new ArrayList<>(List.of(Map.of(), Map.of(), Map.of()));
            for (int side = Node.OURS; side <= Node.THEIRS; side++) {
                Walk.Moves moves = walk.moves[side];
                if (moves.relevant.isEmpty()) {
                    continue;
                }
                RenameSearch search = new RenameSearch(
                        moves.files(false),
                        moves.files(true),
                        moves.relevant.keySet(),
                        moves.goneFolders,
                        blobs,
                        TreeMerge.this::check);
                found.set(side, search.find());
                if (search.gaveUp()) {
                    note("renames", "", "too many files came and went to find all renames");
                }
                if (depth == 0) {
                    folderRenames.add(side, search.folderMoves());
                }
            }
            folderRenames.dropShared();
            List<Rename> renames = new ArrayList<>();
            for (int side = Node.OURS; side <= Node.THEIRS; side++) {
                for (Map.Entry<String, Boolean> change : walk.moves[side].changes.entrySet()) {
                    if (change.getValue()) {
                        folderRenames.arrives(side, change.getKey());
                    }
                }
            }
            for (int side = Node.OURS; side <= Node.THEIRS; side++) {
                for (Map.Entry<String, Boolean> change : walk.moves[side].changes.entrySet()) {
                    if (!change.getValue()) {
                        continue;
                    }
                    String path = change.getKey();
                    String from = found.get(side).get(path);
                    Optional<String> moved = folderRenames.moved(side, path, this::isTaken);
                    if (moved.isPresent()) {
                        move(path, moved.get(), side);
                    }
                    if (from != null) {
                        renames.add(new Rename(from, moved.orElse(path), side));
                    }
                }
            }
            renames.sort(Comparator.comparing(Rename::from));
            for (int i = 0; i < renames.size(); i++) {
                Rename rename = renames.get(i);
                Node old = nodes.get(rename.from());
                if (old == null || old.clean) {
                    continue;
                }
                if (i + 1 < renames.size() && renames.get(i + 1).from().equals(rename.from())) {
                    bothRenamed(rename, renames.get(++i), old);
                } else {
                    renamed(rename, old);
                }
            }
        }

        private boolean isTaken(String path, int side) {
            Node node = nodes.get(path);
            int folders = walk.folders.getOrDefault(path, 0);
            return node != null && (node.clean || ((node.files | folders) & 1 << side) != 0)
                    || (folders & 1 << side) != 0
                    || walk.settled.contains(path);
        }

        /** Puts a file where the other side's rename of its folder takes it. */
        private void move(String from, String to, int side) {
            Node node = Objects.requireNonNull(nodes.remove(from));
            results.put(from, Optional.empty());
            if (node.folders != 0) {
                // What was a folder there keeps being one; only the file moves.
                node = new Node(node);
                node.folders = 0;
            }
            Node there = nodes.get(to);
            if (there == null) {
                nodes.put(to, node);
                there = node;
            } else {
                there.files |= node.files;
                there.names[side] = node.names[side];
                there.sides[side] = node.sides[side];
            }
            there.disputed = true;
            note(
                    "file location",
                    to,
                    "%s came with %s into a folder that %s renamed".formatted(from, label(side), label(3 - side)));
        }

        private void bothRenamed(Rename our, Rename their, Node base) throws IOException {
            Node one = Objects.requireNonNull(nodes.get(our.to()));
            if (our.to().equals(their.to())) {
                one.sides[0] = base.sides[0];
                one.files |= 1;
                base.resolve(null);
                return;
            }
            Node other = Objects.requireNonNull(nodes.get(their.to()));
            Side ours = Objects.requireNonNull(one.sides[Node.OURS]);
            Side theirs = Objects.requireNonNull(other.sides[Node.THEIRS]);
            ContentMerge.Result merged = contents.merge(
                    our.from(),
                    base.sides[0],
                    ours,
                    theirs,
                    new String[] {our.from(), our.to(), their.to()},
                    labels,
                    1 + 2 * depth,
                    depth > 0);
            boolean keptApart = !merged.isClean() && ours.equals(merged.side());
            one.sides[Node.OURS] = merged.side();
            other.sides[Node.THEIRS] = keptApart ? theirs : merged.side();
            one.disputed = true;
            other.disputed = true;
            base.disputed = true;
            note(
                    "rename/rename",
                    our.from(),
                    "renamed to %s in %s and to %s in %s"
                            .formatted(our.to(), labels.ours(), their.to(), labels.theirs()));
        }

        private void renamed(Rename rename, Node old) throws IOException {
            Node now = Objects.requireNonNull(nodes.get(rename.to()));
            int side = rename.side();
            int other = 3 - side;
            boolean deleted = old.files == 1;
            boolean retyped = !deleted
                    && (Node.type(old.sides[other]) == FileMode.TYPE_FILE)
                            != (Node.type(now.sides[side]) == FileMode.TYPE_FILE);
            boolean collides = (now.files & 1 << other) != 0 && !retyped;
            if (collides && !deleted) {
                String[] names = {rename.from(), rename.from(), rename.from()};
                names[side] = rename.to();
                ContentMerge.Result merged = contents.merge(
                        rename.from(),
                        old.sides[0],
                        Objects.requireNonNull(side == Node.OURS ? now.sides[side] : old.sides[other]),
                        Objects.requireNonNull(side == Node.OURS ? old.sides[other] : now.sides[side]),
                        names,
                        labels,
                        1 + 2 * depth,
                        depth > 0);
                now.sides[side] = merged.side();
                if (!merged.isClean()) {
                    note("rename involved in collision", rename.to(), rename.from() + " was renamed to this place");
                }
            } else if (collides) {
                now.disputed = true;
                deletedNote(rename);
            } else {
                now.sides[0] = old.sides[0];
                now.files |= 1;
                now.names[0] = rename.from();
                if (retyped) {
                    old.sides[0] = null;
                    old.files &= 6;
                } else if (deleted) {
                    now.disputed = true;
                    deletedNote(rename);
                } else {
                    now.sides[other] = old.sides[other];
                    now.files |= 1 << other;
                    now.names[other] = rename.from();
                }
            }
            if (!retyped) {
                old.resolve(null);
            }
        }

        private void deletedNote(Rename rename) {
            note(
                    "rename/delete",
                    rename.to(),
                    "%s was renamed in %s, deleted in %s"
                            .formatted(rename.from(), label(rename.side()), label(3 - rename.side())));
        }

        /** Decides what becomes of a path; those below it are decided on. */
        private void settle(String path, Node node) throws IOException {
            if (node.clean) {
                put(path, node);
                return;
            }
            boolean inFolder = inhabited.contains(path);
            if (inFolder && node.files == 1) {
                return;
            } else if (inFolder) {
                int folderOf = walk.folders.getOrDefault(path, node.folders);
                String aside = free(path, (folderOf & 2) != 0 ? labels.theirs() : labels.ours());
                note("file/directory", aside, "a folder is in the way at " + path);
                decide(aside, node, true);
            } else {
                decide(path, node, false);
            }
        }

        private void decide(String path, Node node, boolean aside) throws IOException {
            String place = path;
            if (node.same != 0) {
                int differs = node.same == 6 ? Node.OURS : node.same == 3 ? Node.THEIRS : Node.OURS;
                node.result = (node.files & 1 << differs) == 0 ? null : node.sides[differs];
                node.clean = node.result == null || !aside && !node.disputed;
            } else if (node.files >= 6 && Node.type(node.sides[1]) != Node.type(node.sides[2])) {
                place = distinctTypes(path, node);
            } else if (node.files >= 6) {
                merge(path, node, aside);
            } else if (node.files == 3 || node.files == 5) {
                int side = node.files == 3 ? Node.OURS : Node.THEIRS;
                node.result = node.sides[depth > 0 ? Node.BASE : side];
                if (!node.disputed || !sameId(node.sides[0], node.sides[side])) {
                    note("modify/delete", path, "deleted in %s, changed in %s".formatted(label(3 - side), label(side)));
                }
            } else if (node.files == 2 || node.files == 4) {
                node.result = node.sides[node.files >> 1];
                node.clean = !aside && !node.disputed;
            } else {
                node.result = null;
                node.clean = !node.disputed;
            }
            put(place, node);
        }

        private static boolean sameId(@Nullable Side one, @Nullable Side other) {
            return one != null && other != null && one.id().equals(other.id());
        }

        private void merge(String path, Node node, boolean aside) throws IOException {
            ContentMerge.Result merged = contents.merge(
                    path,
                    (node.files & 1) == 0 ? null : node.sides[0],
                    Objects.requireNonNull(node.sides[1]),
                    Objects.requireNonNull(node.sides[2]),
                    node.names,
                    labels,
                    2 * depth,
                    depth > 0);
            node.result = merged.side();
            node.clean = merged.isClean() && !aside && !node.disputed;
            if (merged.isClean() && aside) {
                int side = (node.folders & 2) != 0 ? Node.THEIRS : Node.OURS;
                node.files = 1 << side;
                node.sides[side] = merged.side();
            }
            if (!merged.isClean()) {
                String kind = Node.type(merged.side()) == FileMode.TYPE_GITLINK
                        ? "submodule"
                        : node.files == 6 ? "add/add" : "content";
                note(kind, path, "both sides changed it");
            }
        }

        /** A file at one side and a link or submodule at the other: the file, or both, get another name. */
        private String distinctTypes(String path, Node node) {
            if (depth > 0) {
                node.result = (node.files & 1) == 0 ? null : node.sides[0];
                return path;
            }
            boolean oursMoves = Node.type(node.sides[1]) == FileMode.TYPE_FILE;
            boolean theirsMoves = Node.type(node.sides[2]) == FileMode.TYPE_FILE;
            if (!oursMoves && !theirsMoves) {
                oursMoves = true;
                theirsMoves = true;
            }
            String ourPlace = oursMoves ? free(path, labels.ours()) : path;
            String theirPlace = theirsMoves && !(oursMoves && Node.type(node.sides[1]) == FileMode.TYPE_FILE)
                    ? free(path, labels.theirs())
                    : path;
            note("distinct types", path, "ours is at %s, theirs at %s".formatted(ourPlace, theirPlace));
            Node theirs = new Node(node);
            theirs.result = node.sides[2];
            theirs.files = Node.type(node.sides[2]) == Node.type(node.sides[0]) ? 5 : 4;
            put(theirPlace, theirs);
            node.result = node.sides[1];
            node.files = Node.type(node.sides[1]) == Node.type(node.sides[0]) ? 3 : 2;
            if (!ourPlace.equals(path) && !theirPlace.equals(path)) {
                results.putIfAbsent(path, Optional.empty());
            }
            return ourPlace;
        }

        private String free(String path, String label) {
            String plain = path + "~" + label.replace('/', '_');
            String name = plain;
            for (int i = 0;
                    nodes.containsKey(name) || walk.folders.containsKey(name) || results.containsKey(name);
                    i++) {
                name = plain + "_" + i;
            }
            return name;
        }

        private void put(String path, Node node) {
            if (node.same != Walk.ALL) {
                results.put(path, Optional.ofNullable(node.result));
            }
            if (node.result != null) {
                for (String folder = RenameSearch.folder(path);
                        !folder.isEmpty() && inhabited.add(folder);
                        folder = RenameSearch.folder(folder)) {
                    // Each folder above is inhabited then.
                }
            }
            if (!node.clean) {
                open.put(path, node);
            }
        }
    }
}
