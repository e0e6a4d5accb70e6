package dev.millwright.docker.archive;

import dev.millwright.tool.ToolException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of an image: its layers laid one upon the other as engines unpack them (OCI image-spec layer.md). Whiteouts
 * remove of layers below only, wherever they stand in their own. A file replaces a directory with all below it, a directory
 * joins one. Another name of a file keeps its bytes. Paths are followed through the image's own links and never leave it.
 */
public final class LiveTree {
    /** Links followed on one path (Linux: MAXSYMLINKS). */
    private static final int HOPS = 40;

    private static final int MOST_NODES = 4_000_000;

    /** Learns which bytes are no longer to be seen. */
    @FunctionalInterface
    public interface Losses {
        /**
         * Called when the last name of a file goes.
         *
         * @param lost the entry with the bytes, of layer {@code layer}
         * @param by what took its place or removed it or a folder above it, of layer {@code byLayer}
         */
        void lost(LayerEntry lost, int layer, LayerEntry by, int byLayer);
    }

    /** What an entry brought, under as many names as it has. */
    private static final class Brought {
        private final LayerEntry entry;
        private final int layer;
        private int names;

        Brought(LayerEntry entry, int layer) {
            this.entry = entry;
            this.layer = layer;
        }
    }

    private static final class Node {
        private final Node parent;
        private final String name;
        private Brought brought;
        private Map<String, Node> children = Map.of();

        Node(Optional<Node> parent, String name, Brought brought) {
            this.parent = parent.orElse(this);
            this.name = name;
            this.brought = brought;
        }

        boolean is(EntryType type) {
            return brought.entry.type() == type;
        }
    }

    private final Losses losses;
    private final Node root = new Node(Optional.empty(), "", new Brought(folderEntry(""), 0));
    private int nodes;
    private int layer;
    private String lastFolder = "";
    private Node lastNode = root;

    private LiveTree(Losses losses) {
        this.losses = losses;
    }

    /** @param layers entries of each layer, lowest first */
    public static LiveTree of(List<? extends Collection<LayerEntry>> layers) {
        return of(layers, (lost, layer, by, byLayer) -> {});
    }

    /** @param losses is told of each file whose bytes are carried and not seen */
    public static LiveTree of(List<? extends Collection<LayerEntry>> layers, Losses losses) {
        LiveTree tree = new LiveTree(losses);
        for (Collection<LayerEntry> each : layers) {
            tree.lay(each);
        }
        return tree;
    }

    private void lay(Collection<LayerEntry> entries) {
        forget();
        for (LayerEntry each : entries) {
            if (each.type() == EntryType.WHITEOUT) {
                node(each.path(), false).filter(found -> found != root).ifPresent(found -> remove(found, each));
            } else if (each.type() == EntryType.OPAQUE) {
                node(each.path(), false)
                        .filter(found -> found.is(EntryType.DIRECTORY))
                        .ifPresent(found -> empty(found, each));
            }
        }
        forget();
        for (LayerEntry each : entries) {
            switch (each.type()) {
                case WHITEOUT, OPAQUE -> {}
                case DIRECTORY -> directory(each);
                case HARD_LINK -> name(each);
                case FILE, SYMLINK, OTHER -> place(each, new Brought(each, layer));
            }
        }
        layer++;
    }

    private void directory(LayerEntry entry) {
        if (entry.path().isEmpty()) {
            root.brought = new Brought(entry, layer);
            return;
        }
        Node folder = folder(EntryPath.parent(entry.path()), entry);
        Node there = folder.children.get(entry.name());
        if (there != null && there.is(EntryType.DIRECTORY)) {
            there.brought = new Brought(entry, layer);
        } else {
            place(entry, new Brought(entry, layer));
        }
    }

    /** A further name. One of a file that is not there stays a name without bytes: engines refuse to unpack it. */
    private void name(LayerEntry entry) {
        Optional<Node> target = node(entry.link(), false).filter(found -> !found.is(EntryType.DIRECTORY));
        Optional<Node> itself = target.filter(
                found -> node(entry.path(), false).filter(found::equals).isPresent());
        if (itself.isEmpty()) {
            place(entry, target.map(found -> found.brought).orElseGet(() -> new Brought(entry, layer)));
        }
    }

    private void place(LayerEntry entry, Brought brought) {
        if (entry.path().isEmpty()) {
            return; // the root is a directory, whatever a layer says
        }
        brought.names++;
        Node folder = folder(EntryPath.parent(entry.path()), entry);
        Node there = folder.children.get(entry.name());
        if (there != null) {
            remove(there, entry);
        }
        add(folder, entry.name(), brought);
    }

    private Node add(Node folder, String name, Brought brought) {
        if (++nodes > MOST_NODES) {
            throw ToolException.limit("the image has more than %,d files and folders".formatted(MOST_NODES));
        }
        if (folder.children.isEmpty()) {
            folder.children = new HashMap<>(4);
        }
        Node node = new Node(Optional.of(folder), name, brought);
        folder.children.put(name, node);
        return node;
    }

    private void remove(Node node, LayerEntry by) {
        node.parent.children.remove(node.name);
        if (!node.is(EntryType.FILE)) {
            forget();
        }
        Deque<Node> gone = new ArrayDeque<>(List.of(node));
        while (!gone.isEmpty()) {
            Node each = gone.pop();
            nodes--;
            gone.addAll(each.children.values());
            if (--each.brought.names == 0 && each.is(EntryType.FILE)) {
                losses.lost(each.brought.entry, each.brought.layer, by, layer);
            }
        }
    }

    private void empty(Node folder, LayerEntry by) {
        List.copyOf(folder.children.values()).forEach(each -> remove(each, by));
    }

    private void forget() {
        lastFolder = "";
        lastNode = root;
    }

    /** The folder of that path, made where it is not; links on the way are followed, files on the way make room. */
    private Node folder(String path, LayerEntry by) {
        if (path.equals(lastFolder)) {
            return lastNode;
        }
        Node at = root;
        int hops = 0;
        Deque<String> rest = parts(path);
        while (!rest.isEmpty()) {
            String part = rest.pop();
            if (part.equals("..")) {
                at = at.parent;
                continue;
            } else if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            Node child = at.children.get(part);
            if (child != null && child.is(EntryType.SYMLINK) && hops++ < HOPS) {
                String link = child.brought.entry.link();
                at = link.startsWith("/") ? root : at;
                push(rest, link);
                continue;
            } else if (child != null && !child.is(EntryType.DIRECTORY)) {
                remove(child, by);
                child = null;
            }
            at = child == null ? add(at, part, new Brought(folderEntry(path), layer)) : child;
        }
        lastFolder = path;
        lastNode = at;
        return at;
    }

    /** @param follow whether a link at the end is followed too */
    private Optional<Node> node(String path, boolean follow) {
        Node at = root;
        int hops = 0;
        Deque<String> rest = parts(path);
        while (!rest.isEmpty()) {
            String part = rest.pop();
            if (part.equals("..")) {
                at = at.parent;
                continue;
            } else if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            Node child = at.children.get(part);
            if (child == null) {
                return Optional.empty();
            } else if (child.is(EntryType.SYMLINK) && (follow || !rest.isEmpty())) {
                if (hops++ == HOPS) {
                    return Optional.empty();
                }
                String link = child.brought.entry.link();
                at = link.startsWith("/") ? root : at;
                push(rest, link);
                continue;
            }
            at = child;
        }
        return Optional.of(at);
    }

    private static Deque<String> parts(String path) {
        return new ArrayDeque<>(List.of(path.split("/")));
    }

    private static void push(Deque<String> rest, String link) {
        List<String> parts = List.of(link.split("/"));
        parts.reversed().forEach(rest::push);
    }

    private static LayerEntry folderEntry(String path) {
        return new LayerEntry(path, EntryType.DIRECTORY, 0, 0755, 0, 0, "");
    }

    /** What has that name; a link is what it is. */
    public Optional<LiveFile> find(String path) {
        return node(path, false).map(LiveTree::live);
    }

    /** What is found under that name, links followed within the image. */
    public Optional<LiveFile> resolve(String path) {
        return node(path, true).map(LiveTree::live);
    }

    /** Whether an entry of that layer is what the final image shows under its path. */
    public boolean shows(LayerEntry entry, int ofLayer) {
        return node(entry.path(), false)
                .filter(each -> each.brought.entry == entry && each.brought.layer == ofLayer)
                .isPresent();
    }

    /** All names but the root, sorted by path, part by part. */
    public List<LiveFile> all() {
        List<LiveFile> all = new ArrayList<>(nodes);
        Deque<Node> rest = new ArrayDeque<>(sorted(root));
        Deque<String> folders = new ArrayDeque<>();
        rest.forEach(any -> folders.push(""));
        while (!rest.isEmpty()) {
            Node each = rest.pop();
            String path = path(folders.pop(), each);
            all.add(new LiveFile(path, each.brought.entry, each.brought.layer));
            if (!each.children.isEmpty()) {
                String inside = path + "/";
                for (Node child : sorted(each).reversed()) {
                    rest.push(child);
                    folders.push(inside);
                }
            }
        }
        return all;
    }

    /** The entry's own path where it is the same, to keep one text and not two. */
    private static String path(String folder, Node node) {
        String own = node.brought.entry.path();
        boolean same = own.length() == folder.length() + node.name.length()
                && own.startsWith(folder)
                && own.endsWith(node.name);
        return same ? own : folder + node.name;
    }

    /** Bytes of all files, each counted once however many names it has. */
    public long bytes() {
        long bytes = 0;
        Map<Brought, Boolean> seen = new HashMap<>();
        for (Deque<Node> rest = new ArrayDeque<>(List.of(root)); !rest.isEmpty(); ) {
            Node each = rest.pop();
            rest.addAll(each.children.values());
            boolean counts = each.brought.names < 2 || seen.put(each.brought, true) == null;
            bytes += counts ? each.brought.entry.size() : 0;
        }
        return bytes;
    }

    private static List<Node> sorted(Node folder) {
        List<Node> sorted = new ArrayList<>(folder.children.values());
        sorted.sort((a, b) -> a.name.compareTo(b.name));
        return sorted;
    }

    private static LiveFile live(Node node) {
        List<String> parts = new ArrayList<>();
        for (Node at = node; at != at.parent; at = at.parent) {
            parts.add(at.name);
        }
        return new LiveFile(String.join("/", parts.reversed()), node.brought.entry, node.brought.layer);
    }
}
