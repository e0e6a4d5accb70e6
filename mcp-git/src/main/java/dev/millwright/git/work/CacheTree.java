package dev.millwright.git.work;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The index's memory of tree objects, by folder: extension {@code TREE} of gitformat-index(5). It saves reading trees
 * that are known to equal the index.
 */
final class CacheTree {
    /** Deeper ones are dropped: they are written by nobody but to overflow a stack. */
    private static final int DEPTH = 1000;

    /** @param name single, the top's is empty; {@code count} entries below, -1 where the tree is not known any more */
    private record Node(String path, byte[] name, int count, ObjectId id, List<Node> children) {}

    private final Node top;
    private final Map<String, Node> byPath = new HashMap<>();

    private CacheTree(Node top) {
        this.top = top;
        note(top);
    }

    private void note(Node node) {
        byPath.put(node.path, node);
        node.children.forEach(this::note);
    }

    /** The tree a folder's entries make, where that is known; the top is {@code ""}. */
    Optional<ObjectId> tree(String folder) {
        return Optional.ofNullable(byPath.get(folder))
                .filter(node -> node.count >= 0)
                .map(Node::id);
    }

    /** Empty for what cannot be read: it is a memory, nothing is lost. */
    static Optional<CacheTree> read(ByteBuffer from) {
        try {
            return Optional.of(new CacheTree(node(from, "", 0)));
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Node node(ByteBuffer from, String parent, int depth) {
        byte[] name = until(from, 0);
        int count = number(from, ' ');
        int children = number(from, '\n');
        if (depth > DEPTH) {
            throw new IllegalArgumentException("too deep");
        }
        ObjectId id = ObjectId.zeroId();
        if (count >= 0) {
            byte[] raw = new byte[20];
            from.get(raw);
            id = ObjectId.fromRaw(raw);
        }
        String text = new String(name, StandardCharsets.UTF_8);
        String path = parent.isEmpty() ? text : parent + "/" + text;
        List<Node> below = new ArrayList<>();
        for (int i = 0; i < children; i++) {
            below.add(node(from, path, depth + 1));
        }
        return new Node(path, name, count, id, below);
    }

    private static byte[] until(ByteBuffer from, int end) {
        int start = from.position();
        while (from.get() != end) {
            // to the end
        }
        byte[] bytes = new byte[from.position() - start - 1];
        from.get(start, bytes);
        return bytes;
    }

    private static int number(ByteBuffer from, int end) {
        return Integer.parseInt(new String(until(from, end), StandardCharsets.US_ASCII));
    }

    /**
     * @param changed folders whose trees are not known any more, with all above them
     * @param exists of the changed ones, which still have entries: what is no folder any more may not be named
     */
    byte[] bytes(Set<String> changed, Predicate<String> exists) {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        write(top, changed, exists, to);
        return to.toByteArray();
    }

    private static void write(Node node, Set<String> changed, Predicate<String> exists, ByteArrayOutputStream to) {
        List<Node> children = node.children.stream()
                .filter(child -> !changed.contains(child.path) || exists.test(child.path))
                .toList();
        int count = changed.contains(node.path) ? -1 : node.count;
        to.writeBytes(node.name);
        to.write(0);
        to.writeBytes((count + " " + children.size() + "\n").getBytes(StandardCharsets.US_ASCII));
        if (count >= 0) {
            byte[] raw = new byte[20];
            node.id.copyRawTo(raw, 0);
            to.writeBytes(raw);
        }
        children.forEach(child -> write(child, changed, exists, to));
    }
}
