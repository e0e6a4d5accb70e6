package dev.millwright.distribution.register;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON file as a person wrote it: one value is set in it, every other character stays, comments and trailing commas
 * included.
 */
final class JsonText {
    /** The text is not what a host would read. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final String text;

    /** @param start of the object's brace, {@code end} after the closing one */
    private record Extent(int start, int end, List<Member> members) {}

    /** @param start of the value, {@code end} after it */
    private record Member(String name, int start, int end) {}

    JsonText(String text) {
        this.text = text;
    }

    /**
     * The text with {@code section.name} set. An entry that is there keeps what the new one does not say.
     *
     * @throws Malformed saying where and why
     */
    String with(String section, String name, ObjectNode entry) {
        String bom = text.startsWith("\uFEFF") ? "\uFEFF" : "";
        String body = text.substring(bom.length());
        if (body.isBlank()) {
            body = "{}\n";
        }
        return bom + new Editing(body).with(section, name, entry);
    }

    private record Editing(String text) {
        String with(String section, String name, ObjectNode entry) {
            Extent root = extent(0);
            for (Member member : root.members()) {
                if (member.name().equals(section)) {
                    return withEntry(member, name, entry);
                }
            }
            ObjectNode servers = MAPPER.createObjectNode();
            servers.set(name, entry);
            return insert(root, section, servers);
        }

        private String withEntry(Member section, String name, ObjectNode entry) {
            if (text.charAt(section.start()) != '{') {
                throw new Malformed("its \"" + section.name() + "\" is not an object");
            }
            Extent servers = extent(section.start());
            for (Member member : servers.members()) {
                if (member.name().equals(name)) {
                    return replace(member, entry);
                }
            }
            return insert(servers, name, entry);
        }

        private String replace(Member member, ObjectNode entry) {
            JsonNode there = tree(text.substring(member.start(), member.end()));
            ObjectNode merged =
                    there.isObject() ? ((ObjectNode) there).deepCopy().setAll(entry) : entry;
            if (merged.equals(there)) {
                return text;
            }
            return text.substring(0, member.start())
                    + pretty(merged, indentOf(member.start()))
                    + text.substring(member.end());
        }

        private String insert(Extent object, String name, JsonNode value) {
            String outer = indentOf(object.start());
            String inner = object.members().isEmpty()
                    ? outer + unit()
                    : indentOf(object.members().getLast().start());
            String member = "\"" + name + "\": " + pretty(value, inner);
            if (object.members().isEmpty()) {
                int close = object.end() - 1;
                String kept = text.substring(object.start() + 1, close).stripTrailing();
                return text.substring(0, object.start() + 1)
                        + kept
                        + newline()
                        + inner
                        + member
                        + newline()
                        + outer
                        + text.substring(close);
            }
            int last = object.members().getLast().end();
            int comma = comma(last, object.end() - 1);
            int at = comma < 0 ? last : comma + 1;
            return text.substring(0, at)
                    + (comma < 0 ? "," : "")
                    + newline()
                    + inner
                    + member
                    + (comma < 0 ? "" : ",")
                    + text.substring(at);
        }

        /** The comma between two offsets that is in no comment, or -1. */
        private int comma(int from, int to) {
            for (int i = from; i < to; i++) {
                if (text.startsWith("//", i)) {
                    int end = text.indexOf('\n', i);
                    i = end < 0 ? to : end;
                } else if (text.startsWith("/*", i)) {
                    i = text.indexOf("*/", i) + 1;
                } else if (text.charAt(i) == ',') {
                    return i;
                }
            }
            return -1;
        }

        /** The white space before the line that an offset is in. */
        private String indentOf(int offset) {
            int start = text.lastIndexOf('\n', offset - 1) + 1;
            int end = start;
            while (end < offset && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
                end++;
            }
            return text.substring(start, end);
        }

        /** One step of indentation: that of the first indented line. */
        private String unit() {
            for (String line : text.split("\n", -1)) {
                int end = 0;
                while (end < line.length() && (line.charAt(end) == ' ' || line.charAt(end) == '\t')) {
                    end++;
                }
                if (end > 0 && end < line.stripTrailing().length() && line.charAt(end) == '"') {
                    return line.substring(0, end);
                }
            }
            return "  ";
        }

        private String newline() {
            return text.contains("\r\n") ? "\r\n" : "\n";
        }

        private String pretty(JsonNode value, String indent) {
            DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""));
            printer.indentObjectsWith(new DefaultIndenter(unit(), newline()));
            try {
                return MAPPER.writer(printer).writeValueAsString(value).replace(newline(), newline() + indent);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static JsonNode tree(String text) {
            try {
                return MAPPER.readTree(text);
            } catch (JsonProcessingException e) {
                throw malformed(e);
            }
        }

        /** Where the members are of the object that begins at or after an offset. */
        private Extent extent(int from) {
            String part = text.substring(from);
            try (JsonParser parser = MAPPER.createParser(part)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new Malformed("it does not hold one JSON object");
                }
                int start = from + offset(parser.currentTokenLocation().getCharOffset());
                List<Member> members = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    int value = from + offset(parser.currentTokenLocation().getCharOffset());
                    parser.skipChildren();
                    parser.finishToken();
                    members.add(new Member(
                            name, value, from + offset(parser.currentLocation().getCharOffset())));
                }
                int end = from + offset(parser.currentLocation().getCharOffset());
                if (from == 0 && parser.nextToken() != null) {
                    throw new Malformed("something follows its JSON object");
                }
                return new Extent(start, end, members);
            } catch (JsonProcessingException e) {
                throw malformed(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static int offset(long offset) {
            return Math.toIntExact(offset);
        }

        private static Malformed malformed(JsonProcessingException e) {
            return new Malformed("it is not JSON: line %d: %s"
                    .formatted(
                            e.getLocation().getLineNr(),
                            e.getOriginalMessage().lines().findFirst().orElse("")));
        }
    }
}
