package dev.millwright.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.Map;

/** Reads and writes trees token by token, as Jackson's mapper does, without the time it takes to make one. */
final class Trees {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Trees() {}

    /** Reads exactly one value. The parser bounds the depth of the recursion. */
    static JsonNode read(JsonParser in) throws IOException {
        try {
            if (in.nextToken() == null) {
                throw new JsonParseException(in, "empty text is not JSON");
            }
            JsonNode node = value(in);
            if (in.nextToken() != null) {
                throw new JsonParseException(in, "there is more after the value");
            }
            return node;
        } catch (CharConversionException e) {
            throw new JsonParseException(in, "not Unicode text", e);
        }
    }

    private static JsonNode value(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String name = in.currentName();
                    in.nextToken();
                    object.set(name, value(in));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(in));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.textNode(in.getText());
            case VALUE_NUMBER_INT ->
                switch (in.getNumberType()) {
                    case INT -> NODES.numberNode(in.getIntValue());
                    case LONG -> NODES.numberNode(in.getLongValue());
                    default -> NODES.numberNode(in.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(in.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new JsonParseException(in, "unexpected " + in.currentToken());
        };
    }

    static void write(JsonGenerator out, JsonNode node) throws IOException {
        switch (node.getNodeType()) {
            case OBJECT -> {
                out.writeStartObject();
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    out.writeFieldName(field.getKey());
                    write(out, field.getValue());
                }
                out.writeEndObject();
            }
            case ARRAY -> {
                out.writeStartArray();
                for (JsonNode item : node) {
                    write(out, item);
                }
                out.writeEndArray();
            }
            case STRING -> out.writeString(node.textValue());
            case NUMBER -> number(out, node);
            case BOOLEAN -> out.writeBoolean(node.booleanValue());
            case NULL, MISSING -> out.writeNull();
            case BINARY -> out.writeBinary(node.binaryValue());
            case POJO -> throw new IllegalArgumentException("a Java object is no JSON");
        }
    }

    /** Bytes that {@link #write} makes of it. */
    static long size(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                long size = 2 + Math.max(0, node.size() - 1);
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    size += 3 + size(field.getKey()) + size(field.getValue());
                }
                yield size;
            }
            case ARRAY -> {
                long size = 2 + Math.max(0, node.size() - 1);
                for (JsonNode item : node) {
                    size += size(item);
                }
                yield size;
            }
            case STRING -> 2 + size(node.textValue());
            case NUMBER -> node.asText().length();
            case BOOLEAN -> node.booleanValue() ? 4 : 5;
            case NULL, MISSING -> 4;
            case BINARY -> 2 + node.asText().length();
            case POJO -> throw new IllegalArgumentException("a Java object is no JSON");
        };
    }

    /** Bytes between the quotes, characters that must be escaped and halves of a surrogate pair alone among them. */
    static long size(String text) {
        long size = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x80) {
                size += c == '"' || c == '\\' ? 2 : 1;
            } else if (c < 0x20) {
                size += c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f' ? 2 : 6;
            } else {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                size += pair ? 4 : Character.isSurrogate(c) ? 6 : c < 0x800 ? 2 : 3;
                i += pair ? 1 : 0;
            }
        }
        return size;
    }

    private static void number(JsonGenerator out, JsonNode node) throws IOException {
        switch (node.numberType()) {
            case INT -> out.writeNumber(node.intValue());
            case LONG -> out.writeNumber(node.longValue());
            case BIG_INTEGER -> out.writeNumber(node.bigIntegerValue());
            case FLOAT -> out.writeNumber(node.floatValue());
            case DOUBLE -> out.writeNumber(node.doubleValue());
            case BIG_DECIMAL -> out.writeNumber(node.decimalValue());
        }
    }
}
