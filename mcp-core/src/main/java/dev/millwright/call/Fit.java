package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.json.Json;
import dev.millwright.tool.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last guard of the output budget, behind the tools' own paging: shortens the longest lists and texts of an answer,
 * never the JSON in its middle, and says what was left out.
 *
 * <p>A tool that pages well never comes here: it stays within the budget, and this acts only past a quarter more.
 */
final class Fit {
    /** Bytes of JSON per token: the usual rule of thumb for English text and JSON. */
    private static final int BYTES_PER_TOKEN = 4;

    private static final double SLACK = 1.25;

    private Fit() {}

    static Reply.Answer within(int tokens, Reply.Answer answer) {
        long most = (long) (tokens * BYTES_PER_TOKEN * SLACK);
        List<String> left = new ArrayList<>();
        List<Content> content = new ArrayList<>(answer.content());
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof Content.Text text && text.text().length() > most) {
                content.set(i, new Content.Text(head(text.text(), most)));
                left.add("text after its first %d of %d characters"
                        .formatted(most, text.text().length()));
            }
        }
        JsonNode structured = answer.structured().orElse(Json.object());
        int size = Json.size(structured);
        if (size > most) {
            structured = structured.deepCopy();
            while (size > most && shorten(structured, size - most, left)) {
                size = Json.size(structured);
            }
        }
        if (left.isEmpty()) {
            return answer;
        }
        String note = "Left out to stay within %d tokens: %s. Ask for less at once, or raise the limit."
                .formatted(tokens, String.join("; ", left));
        if (content.isEmpty()) {
            content.add(new Content.Text(Json.write(structured)));
        }
        content.add(new Content.Text(note));
        JsonNode fitted = structured;
        ObjectNode meta = answer.meta().deepCopy().put("dev.millwright/omitted", note);
        return new Reply.Answer(answer.structured().map(all -> fitted), content, answer.error(), meta);
    }

    /** Shortens the largest list or text by about so many bytes; false when nothing is left to shorten. */
    private static boolean shorten(JsonNode root, long excess, List<String> left) {
        Largest largest = new Largest();
        largest.look(root, "");
        if (largest.list != null) {
            ArrayNode list = largest.list;
            int all = list.size();
            long each = Math.max(1, largest.size / all);
            int keep = (int) Math.max(0, Math.min(all - 1, all - excess / each - 1));
            while (list.size() > keep) {
                list.remove(list.size() - 1);
            }
            left.add("%s after its first %d of %d items".formatted(largest.path, keep, all));
            return true;
        } else if (largest.parent != null) {
            String text = largest.parent.get(largest.key).textValue();
            long keep = Math.max(0, text.length() - excess - 16);
            largest.parent.set(largest.key, TextNode.valueOf(head(text, keep)));
            left.add("%s after its first %d of %d characters".formatted(largest.path, keep, text.length()));
            return true;
        }
        return false;
    }

    private static String head(String text, long length) {
        int end = (int) Math.min(text.length(), length);
        if (end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    /** The largest list of at least two items or the largest text of an object, whichever is longer. */
    private static final class Largest {
        private long size = 256;
        private String path = "";
        private @Nullable ArrayNode list;
        private @Nullable ObjectNode parent;
        private String key = "";

        void look(JsonNode node, String at) {
            if (node instanceof ObjectNode object) {
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    JsonNode value = field.getValue();
                    String below = at + "/" + field.getKey();
                    if (value.isTextual() && value.textValue().length() > size) {
                        size = value.textValue().length();
                        path = below;
                        list = null;
                        parent = object;
                        key = field.getKey();
                    }
                    look(value, below);
                }
            } else if (node instanceof ArrayNode array) {
                int bytes = Json.size(array);
                if (array.size() > 1 && bytes > size) {
                    size = bytes;
                    path = at;
                    list = array;
                    parent = null;
                }
                for (int i = 0; i < array.size(); i++) {
                    look(array.get(i), at + "/" + i);
                }
            }
        }
    }
}
