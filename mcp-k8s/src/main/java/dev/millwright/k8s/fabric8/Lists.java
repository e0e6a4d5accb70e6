package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.api.Page;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads the lists and watches of an API server: of its objects only what is wanted, and without looking for members that
 * come twice, which an API server does not send.
 */
final class Lists {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** An event of a watch. @param object missing where there is none */
    record Event(String type, JsonNode object) {}

    @FunctionalInterface
    private interface Reading<T> {
        T of(JsonParser in) throws IOException;
    }

    private Lists() {}

    /**
     * One page.
     *
     * @param next takes the token of the next page, where there is one; before the objects are read where the server
     *     sends it before them, as it does
     */
    static Page page(byte[] json, Kind kind, Members members, Consumer<String> next) throws JsonProcessingException {
        return read(json, json.length, in -> {
            List<JsonNode> items = new ArrayList<>();
            JsonNode metadata = MissingNode.getInstance();
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonParseException(in, "no list");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                boolean list = in.nextToken() == JsonToken.START_ARRAY;
                if (name.equals("metadata")) {
                    metadata = value(in, Members.ALL);
                    String token = metadata.path("continue").asText("");
                    if (!token.isEmpty()) {
                        next.accept(token);
                    }
                } else if (name.equals("items") && list) {
                    while (in.nextToken() != JsonToken.END_ARRAY) {
                        items.add(item(in, kind, members));
                    }
                } else {
                    in.skipChildren();
                }
            }
            return new Page(
                    items,
                    metadata.path("continue").asText(""),
                    metadata.has("remainingItemCount")
                            ? OptionalLong.of(
                                    metadata.path("remainingItemCount").asLong())
                            : OptionalLong.empty(),
                    metadata.path("resourceVersion").asText(""));
        });
    }

    /** One line of a watch. */
    static Event event(byte[] json, int length, Members members) throws JsonProcessingException {
        return read(json, length, in -> {
            String type = "";
            JsonNode object = MissingNode.getInstance();
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonParseException(in, "no event");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                if (name.equals("type")) {
                    type = in.getText();
                } else if (name.equals("object")) {
                    // What it is is told by each object of a watch.
                    ObjectNode whole = NODES.objectNode();
                    object = in.currentToken() == JsonToken.START_OBJECT ? members(in, members, whole) : object;
                } else {
                    in.skipChildren();
                }
            }
            return new Event(type, object);
        });
    }

    private static <T> T read(byte[] json, int length, Reading<T> reading) throws JsonProcessingException {
        try (JsonParser in = FACTORY.createParser(json, 0, length)) {
            T read = reading.of(in);
            if (in.nextToken() != null) {
                throw new JsonParseException(in, "there is more after the value");
            }
            return read;
        } catch (CharConversionException e) {
            throw new JsonParseException(null, "not Unicode text", e);
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Items of a list do not say what they are. */
    private static JsonNode item(JsonParser in, Kind kind, Members members) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            return value(in, members);
        }
        ObjectNode whole =
                NODES.objectNode().put("apiVersion", kind.apiVersion()).put("kind", kind.name());
        return members(in, members, whole);
    }

    /** What an object is is always kept. */
    private static ObjectNode members(JsonParser in, Members members, ObjectNode into) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            Members its = name.equals("kind") || name.equals("apiVersion") ? Members.ALL : members.of(name);
            put(in, name, its, into);
        }
        return into;
    }

    private static void put(JsonParser in, String name, Members its, ObjectNode into) throws IOException {
        if (its.areNone()) {
            in.skipChildren();
        } else {
            into.set(name, value(in, its));
        }
    }

    private static JsonNode value(JsonParser in, Members members) throws IOException {
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String name = in.currentName();
                    in.nextToken();
                    put(in, name, members.of(name), object);
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(in, members));
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
}
