package dev.millwright.k8s.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.json.Json;
import java.util.Map;
import java.util.Optional;

/** Makes one object fit: the largest parts give way to a note of their size and of the path to ask for. */
public final class Fitted {
    private static final int SMALLEST = 160;

    private record Part(JsonNode parent, String path, String name, int index, int size) {}

    private Fitted() {}

    /**
     * @param object is changed
     * @return whether something was left out
     */
    public static boolean into(JsonNode object, int bytes) {
        boolean cut = false;
        while (Json.size(object) > bytes) {
            Optional<Part> largest = largest(object, "", bytes);
            if (largest.isEmpty()) {
                return cut;
            }
            Part part = largest.get();
            TextNode note =
                    TextNode.valueOf("… %d bytes left out; fields=[\"%s\"]".formatted(part.size(), part.path()));
            if (part.parent() instanceof ObjectNode parent) {
                parent.set(part.name(), note);
            } else if (part.parent() instanceof ArrayNode parent) {
                parent.set(part.index(), note);
            }
            cut = true;
        }
        return cut;
    }

    /** The largest part that is not much larger than what must go: from the outside in, as long as one part is most of it. */
    private static Optional<Part> largest(JsonNode node, String path, int bytes) {
        Part largest = new Part(node, "", "", -1, 0);
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            int size = Json.size(each.getValue());
            if (size > largest.size() && !each.getKey().equals("name")) {
                largest = new Part(node, path + "/" + escaped(each.getKey()), each.getKey(), -1, size);
            }
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            int size = Json.size(node.get(i));
            if (size > largest.size()) {
                largest = new Part(node, path + "/" + i, "", i, size);
            }
        }
        if (largest.size() < SMALLEST) {
            return Optional.empty();
        }
        JsonNode inside = largest.index() < 0 ? node.path(largest.name()) : node.path(largest.index());
        Optional<Part> deeper = inside.isContainerNode() && largest.size() > bytes / 3
                ? largest(inside, largest.path(), bytes)
                : Optional.empty();
        return deeper.isPresent() ? deeper : Optional.of(largest);
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
