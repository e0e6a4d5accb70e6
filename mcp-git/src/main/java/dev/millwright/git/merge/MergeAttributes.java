package dev.millwright.git.merge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.attributes.Attribute;
import org.eclipse.jgit.attributes.AttributesNode;
import org.eclipse.jgit.attributes.AttributesRule;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;

/** How the {@code .gitattributes} of a tree want files to be merged. Drivers that run programs count as unknown. */
final class MergeAttributes {
    /** One of the ways that need no program. */
    enum Driver {
        TEXT,
        BINARY,
        UNION
    }

    private static final int MOST_BYTES = 1_000_000;
    private static final int MARKER = 7;
    private static final int LONGEST_MARKER = 1_000;

    private final ObjectReader reader;
    private final ObjectId tree;
    private final Map<String, List<AttributesRule>> rules = new HashMap<>();

    MergeAttributes(ObjectReader reader, ObjectId tree) {
        this.reader = reader;
        this.tree = tree;
    }

    Driver driver(String path) throws IOException {
        Optional<Attribute> found = find(path, "merge");
        if (found.isEmpty()) {
            return Driver.TEXT;
        }
        return switch (found.get().getState()) {
            case SET, UNSPECIFIED -> Driver.TEXT;
            case UNSET -> Driver.BINARY;
            case CUSTOM ->
                switch (found.get().getValue()) {
                    case "binary" -> Driver.BINARY;
                    case "union" -> Driver.UNION;
                    default -> Driver.TEXT;
                };
        };
    }

    /** Characters of a conflict marker. */
    int markerSize(String path) throws IOException {
        String value = find(path, "conflict-marker-size")
                .filter(found -> found.getState() == Attribute.State.CUSTOM)
                .map(Attribute::getValue)
                .orElse("");
        return value.matches("[1-9][0-9]{0,3}") ? Math.min(Integer.parseInt(value), LONGEST_MARKER) : MARKER;
    }

    /** What the deepest file, and in it the last rule, says. */
    private Optional<Attribute> find(String path, String key) throws IOException {
        String folder = path;
        do {
            folder = RenameSearch.folder(folder);
            String inFolder = folder.isEmpty() ? path : path.substring(folder.length() + 1);
            for (AttributesRule rule : rules(folder).reversed()) {
                if (!rule.isMatch(inFolder, false)) {
                    continue;
                }
                for (Attribute attribute : rule.getAttributes().reversed()) {
                    if (attribute.getKey().equals(key)) {
                        return Optional.of(attribute);
                    } else if (attribute.getKey().equals("binary")
                            && attribute.getState() == Attribute.State.SET
                            && key.equals("merge")) {
                        return Optional.of(new Attribute(key, Attribute.State.UNSET));
                    }
                }
            }
        } while (!folder.isEmpty());
        return Optional.empty();
    }

    private List<AttributesRule> rules(String folder) throws IOException {
        List<AttributesRule> known = rules.get(folder);
        if (known == null) {
            known = read(folder.isEmpty() ? Constants.DOT_GIT_ATTRIBUTES : folder + "/" + Constants.DOT_GIT_ATTRIBUTES);
            rules.put(folder, known);
        }
        return known;
    }

    private List<AttributesRule> read(String path) throws IOException {
        if (tree.equals(ObjectId.zeroId())) {
            return List.of();
        }
        try (TreeWalk walk = TreeWalk.forPath(reader, path, tree)) {
            if (walk == null || (walk.getRawMode(0) & FileMode.TYPE_MASK) != FileMode.TYPE_FILE) {
                return List.of();
            }
            ObjectId blob = walk.getObjectId(0);
            if (reader.getObjectSize(blob, Constants.OBJ_BLOB) > MOST_BYTES) {
                return List.of();
            }
            AttributesNode node = new AttributesNode();
            node.parse(new ByteArrayInputStream(reader.open(blob).getCachedBytes(MOST_BYTES)));
            return List.copyOf(node.getRules());
        }
    }
}
