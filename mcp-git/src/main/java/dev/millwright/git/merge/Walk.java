package dev.millwright.git.merge;

import dev.millwright.git.merge.RenameSearch.Matters;
import dev.millwright.git.work.PathChange.Side;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.jspecify.annotations.Nullable;

/**
 * Three trees side by side: what differs, and what went and came at each side, with what renames are worth looking for.
 * Folders that are the same in all three are not looked into. The order is that of Git's merge, because the first of two
 * equally good renames is taken.
 */
final class Walk {
    private static final ObjectId EMPTY_BLOB = ObjectId.fromString("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    /** Folders in folders; a tree deeper than that is not made by people. */
    private static final int DEEPEST = 400;

    private static final String NOT_TEXT = "\uffff";

    /** All three are the same. */
    static final int ALL = 7;

    /** What one side did to the paths of the base. */
    static final class Moves {
        /** Paths that went or came, in the order of the walk; true for those that came. */
        final Map<String, Boolean> changes = new LinkedHashMap<>();

        final Map<String, Side> sides = new HashMap<>();
        /** What went and matters, also contents that the other side changed. */
        final Map<String, Boolean> relevant = new HashMap<>();

        final Map<String, Matters> goneFolders = new HashMap<>();

        List<RenameSearch.File> files(boolean came) {
            List<RenameSearch.File> files = new ArrayList<>();
            changes.forEach((path, isNew) -> {
                Side side = Objects.requireNonNull(sides.get(path));
                if (isNew == came && !side.id().equals(EMPTY_BLOB)) {
                    files.add(new RenameSearch.File(path, side));
                }
            });
            return files;
        }
    }

    private record Put(String path, @Nullable ObjectId[] trees, int asked, int side, int depth) {}

    final TreeMap<String, Node> nodes = new TreeMap<>();
    /** Who has a folder at a path, where not all have the same. */
    final Map<String, Integer> folders = new HashMap<>();

    /** Folders that one side alone changed, and no rename can concern. */
    final Set<String> settled = new HashSet<>();

    final Moves[] moves = {new Moves(), new Moves(), new Moves()};
    private final ObjectReader reader;
    private final Runnable check;
    private final List<Put> putOff = new ArrayList<>();
    private int side;

    Walk(ObjectReader reader, Runnable check) {
        this.reader = reader;
        this.check = check;
    }

    void over(ObjectId base, ObjectId ours, ObjectId theirs) throws IOException {
        folder("", new ObjectId[] {base, ours, theirs}, 0, 0);
        for (side = Node.OURS; side <= Node.THEIRS; side++) {
            int now = side;
            List<Put> todo = putOff.stream().filter(put -> put.side() == now).toList();
            putOff.removeAll(todo);
            for (Put put : todo) {
                if (moves[side].relevant.isEmpty()) {
                    settled.add(put.path());
                }
                folder(put.path(), put.trees(), put.asked(), put.depth());
            }
        }
    }

    /** @param asked who still has a folder that another side removed, 7 once files were added to it */
    private void folder(String path, @Nullable ObjectId[] trees, int asked, int depth) throws IOException {
        check.run();
        if (depth > DEEPEST) {
            throw ToolException.limit("folders are nested more than " + DEEPEST + " deep");
        }
        Map<String, @Nullable Side[]> entries = entries(trees);
        int mask = asked;
        if (asked != 0 && asked != 7) {
            for (@Nullable Side[] sides : entries.values()) {
                if (files(sides) == asked) {
                    mask = 7;
                    break;
                }
            }
        }
        for (Map.Entry<String, @Nullable Side[]> entry : entries.entrySet()) {
            String name = entry.getKey();
            String plain = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
            entry(path, path.isEmpty() ? plain : path + "/" + plain, entry.getValue(), mask, depth);
        }
    }

    private Map<String, @Nullable Side[]> entries(@Nullable ObjectId[] trees) throws IOException {
        Map<String, @Nullable Side[]> byName = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            ObjectId tree = trees[i];
            if (tree == null || tree.equals(ObjectId.zeroId())) {
                continue;
            }
            for (CanonicalTreeParser parser = new CanonicalTreeParser(null, reader, tree);
                    !parser.eof();
                    parser.next(1)) {
                byte[] raw = new byte[parser.getNameLength()];
                parser.getName(raw, 0);
                FileMode mode = FileMode.fromBits(parser.getEntryRawMode());
                byName.computeIfAbsent(name(raw), n -> new Side[3])[i] = new Side(mode, parser.getEntryObjectId());
            }
        }
        Map<String, @Nullable Side[]> ordered = new TreeMap<>();
        byName.forEach((name, sides) -> ordered.put(folderMask(sides) == 0 ? name : name + "/", sides));
        return ordered;
    }

    /** A name that is not UTF-8 is marked, and kept as long as nothing is to be done about it. */
    private static String name(byte[] raw) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException e) {
            return NOT_TEXT + new String(raw, StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean isFolder(@Nullable Side side) {
        return Node.type(side) == FileMode.TYPE_TREE;
    }

    private static int files(@Nullable Side[] sides) {
        int mask = 0;
        for (int i = 0; i < 3; i++) {
            mask |= sides[i] != null && !isFolder(sides[i]) ? 1 << i : 0;
        }
        return mask;
    }

    private static int folderMask(@Nullable Side[] sides) {
        int mask = 0;
        for (int i = 0; i < 3; i++) {
            mask |= isFolder(sides[i]) ? 1 << i : 0;
        }
        return mask;
    }

    private void entry(String folder, String path, @Nullable Side[] sides, int asked, int depth) throws IOException {
        boolean oursKept = sides[0] != null && sides[0].equals(sides[1]);
        boolean theirsKept = sides[0] != null && sides[0].equals(sides[2]);
        boolean alike = sides[1] != null && sides[1].equals(sides[2]);
        int files = files(sides);
        int folderMask = folderMask(sides);
        if (path.startsWith(NOT_TEXT, path.lastIndexOf('/') + 1)) {
            if (!oursKept || !theirsKept) {
                throw ToolException.conflict(
                        "a name that is not UTF-8 would have to be merged: " + path.replaceAll("[^ -~]", "?"));
            }
            return;
        }
        if (oursKept && theirsKept || files == 7 && (oursKept || theirsKept || alike)) {
            Node node = new Node(path, sides, files, folderMask, oursKept && theirsKept ? ALL : 6);
            node.resolve(oursKept ? sides[2] : sides[1]);
            nodes.put(path, node);
            return;
        }
        int same = oursKept ? 3 : theirsKept ? 5 : alike ? 6 : 0;
        int mask = asked;
        if (mask != 7 && (folderMask == 3 || folderMask == 5)) {
            mask = folderMask & ~1;
        }
        noteFolder(path, folderMask, mask);
        noteFile(folder, path, sides, files, same & files, mask);
        @Nullable Side[] onlyFiles = new Side[3];
        @Nullable ObjectId[] trees = new ObjectId[3];
        for (int i = 0; i < 3; i++) {
            Side version = sides[i];
            if (version != null && isFolder(version)) {
                trees[i] = version.id();
            } else {
                onlyFiles[i] = version;
            }
        }
        if (files != 0) {
            nodes.put(path, new Node(path, onlyFiles, files, folderMask, folderMask == 0 ? same : same & files));
        }
        if (folderMask != 0) {
            folders.put(path, folderMask);
            int changer = oursKept
                    ? 2
                    : theirsKept ? 1 : files == 0 && (folderMask == 2 || folderMask == 4) ? folderMask / 2 : 0;
            Put later = new Put(path, trees, mask, changer, depth + 1);
            if (mask != 7 && changer != 0 && isPutOff(changer)) {
                putOff.add(later);
            } else {
                folder(path, trees, mask, depth + 1);
            }
        }
    }

    /** A folder that one side alone changed is looked at after the rest, while nothing needs it. */
    private boolean isPutOff(int changer) {
        return side == 0 || changer > side;
    }

    private void noteFolder(String path, int folderMask, int mask) {
        if ((folderMask & 1) != 0 && folderMask != 7) {
            Matters matters = mask == 7 ? Matters.FOR_PARENT : Matters.NOT;
            int gone = (7 - folderMask) / 2;
            if ((gone & 1) != 0) {
                moves[Node.OURS].goneFolders.put(path, matters);
            }
            if ((gone & 2) != 0) {
                moves[Node.THEIRS].goneFolders.put(path, matters);
            }
        }
    }

    private void noteFile(String folder, String path, @Nullable Side[] sides, int files, int same, int mask) {
        if (mask == 7 && (files == 2 || files == 4)) {
            moves[3 - (files >> 1)].goneFolders.put(folder, Matters.FOR_ITSELF);
        }
        if (files == 0 || files == 7) {
            return;
        }
        Side base = (files & 1) != 0 ? sides[0] : null;
        for (int i = Node.OURS; i <= Node.THEIRS; i++) {
            Side own = (files & 1 << i) != 0 ? sides[i] : null;
            if (base != null && own == null) {
                moves[i].changes.put(path, false);
                moves[i].sides.put(path, base);
                if (same == 0 || mask == 7) {
                    moves[i].relevant.put(path, same == 0);
                }
            } else if (base == null && own != null) {
                moves[i].changes.put(path, true);
                moves[i].sides.put(path, own);
            }
        }
    }
}
