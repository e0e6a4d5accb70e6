package dev.millwright.docker.layers;

import dev.millwright.docker.archive.EntryType;
import dev.millwright.docker.archive.LayerEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * A tree of files as dive builds it (wagoodman/dive {@code dive/filetree/file_tree.go}): whiteouts are nodes with their
 * marker's name, a file put over a directory keeps the directory's children, and a directory that no entry names has no type.
 */
final class DiveTree {
    static final String WHITEOUT = ".wh.";

    /** A node, with the size and kind of the entry put there last. */
    static final class Node {
        private final Map<String, Node> children = new HashMap<>(2);
        private long size;
        private boolean directory;

        boolean isDirectory() {
            return directory;
        }

        /** Of this and all below it. */
        long subtree() {
            long sum = 0;
            for (Deque<Node> rest = new ArrayDeque<>(List.of(this)); !rest.isEmpty(); ) {
                Node each = rest.pop();
                sum += each.size;
                rest.addAll(each.children.values());
            }
            return sum;
        }
    }

    private final Node root = new Node();
    private long fileSize;

    static DiveTree of(Collection<LayerEntry> entries) {
        DiveTree tree = new DiveTree();
        for (LayerEntry each : entries) {
            if (each.type() != EntryType.OPAQUE && !each.path().isEmpty()) {
                String folder = each.path()
                        .substring(0, each.path().length() - each.name().length());
                String name = each.type() == EntryType.WHITEOUT ? WHITEOUT + each.name() : each.name();
                tree.put(List.of((folder + name).split("/")), each.size(), each.type() == EntryType.DIRECTORY);
                tree.fileSize += each.size();
            }
        }
        return tree;
    }

    /** Sum of the sizes of all entries, also of those that another of the layer replaced. */
    long fileSize() {
        return fileSize;
    }

    private void put(List<String> path, long size, boolean directory) {
        Node at = root;
        for (String each : path) {
            at = at.children.computeIfAbsent(each, any -> new Node());
        }
        at.size = size;
        at.directory = directory;
    }

    Optional<Node> find(List<String> path) {
        Node at = root;
        for (String each : path) {
            Node child = at.children.get(each);
            if (child == null) {
                return Optional.empty();
            }
            at = child;
        }
        return Optional.of(at);
    }

    private void remove(List<String> path) {
        find(path.subList(0, path.size() - 1)).ifPresent(parent -> parent.children.remove(path.getLast()));
    }

    /** Lays another tree upon this one. */
    void stack(DiveTree upper) {
        upper.walk(any -> true, (path, node) -> {
            if (isWhiteout(path)) {
                remove(stripped(path));
            } else {
                put(path, node.size, node.directory);
            }
            return true;
        });
    }

    static boolean isWhiteout(List<String> path) {
        return path.getLast().startsWith(WHITEOUT);
    }

    /** The path that a whiteout speaks of. */
    static List<String> stripped(List<String> path) {
        List<String> plain = new ArrayList<>(path);
        plain.set(plain.size() - 1, plain.getLast().substring(WHITEOUT.length()));
        return plain;
    }

    /** Leaves, children first and sorted by name, until the visitor says false. */
    void leaves(BiPredicate<List<String>, Node> visitor) {
        walk(node -> node.children.isEmpty(), visitor);
    }

    private void walk(Predicate<Node> wanted, BiPredicate<List<String>, Node> visitor) {
        walk(root, new ArrayList<>(), wanted, visitor);
    }

    /** @return false once the visitor said so */
    private static boolean walk(
            Node node, List<String> path, Predicate<Node> wanted, BiPredicate<List<String>, Node> visitor) {
        List<String> names = new ArrayList<>(node.children.keySet());
        Collections.sort(names);
        for (String each : names) {
            path.add(each);
            boolean goOn = walk(node.children.get(each), path, wanted, visitor);
            path.removeLast();
            if (!goOn) {
                return false;
            }
        }
        return path.isEmpty() || !wanted.test(node) || visitor.test(path, node);
    }
}
