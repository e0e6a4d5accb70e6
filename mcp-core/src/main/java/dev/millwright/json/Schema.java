package dev.millwright.json;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The JSON Schema (2020-12) of a record, the check of a value against it, and the binding of what passed.
 *
 * <p>All three come from the same walk over the record's components, so they cannot disagree. Components are text,
 * numbers, booleans, enums, nested records, lists, string-keyed maps, and an {@code Optional} of these; and
 * {@link JsonNode}, which is anything, JSON null when left out. A component is required unless it is an
 * {@code Optional}, anything, or has {@link Doc#orElse()}; one that is {@link Flat} is not nested.
 */
public final class Schema<T extends Record> {
    /** How the keys of records are spelt. */
    public enum Keys {
        /** As the components are: {@code startLine}. Tools. */
        CAMEL,
        /** Lower-case with dashes: {@code start-line}. Configuration. */
        KEBAB
    }

    /** How much a written schema says. */
    private enum Detail {
        /** What is taken, and defaults but those that go without saying. */
        BRIEF,
        /** And every default, and that nothing else is taken. */
        FULL
    }

    private sealed interface Shape {
        /**
         * The value with defaults filled in and keys spelt as components; or a {@link Mismatch}. A method of each shape
         * and not a switch over them: the class that a switch over types makes at run time is in no cache, and a start
         * would wait for it.
         */
        JsonNode check(JsonNode value, String path);

        record Text(Doc doc) implements Shape {
            @Override
            public JsonNode check(JsonNode value, String path) {
                if (!value.isTextual()) {
                    throw wrong(path, "text", value);
                }
                String s = value.textValue();
                range(path, s.codePointCount(0, s.length()), doc, " characters long", value);
                for (int i = 0; i < s.length(); i++) {
                    if (Character.isSurrogate(s.charAt(i))) {
                        if (!Character.isHighSurrogate(s.charAt(i))
                                || i + 1 == s.length()
                                || !Character.isLowSurrogate(s.charAt(++i))) {
                            throw new Mismatch(
                                    at(path) + " holds an unpaired surrogate; give well-formed Unicode text");
                        }
                    }
                }
                return value;
            }
        }

        record Whole(Doc doc, long lowest, long highest) implements Shape {
            @Override
            public JsonNode check(JsonNode value, String path) {
                if (!value.isNumber() || !whole(value)) {
                    throw wrong(path, "a whole number", value);
                }
                if (!value.canConvertToLong() || value.longValue() < lowest || value.longValue() > highest) {
                    throw new Mismatch("%s must be between %d and %d, got %s"
                            .formatted(
                                    at(path), Math.max(lowest, doc.min()), Math.min(highest, doc.max()), shown(value)));
                }
                range(path, value.longValue(), doc, "", value);
                return Json.array().numberNode(value.longValue());
            }
        }

        record Real(Doc doc) implements Shape {
            @Override
            public JsonNode check(JsonNode value, String path) {
                if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
                    throw wrong(path, "a number", value);
                }
                if (value.doubleValue() < doc.min() || value.doubleValue() > doc.max()) {
                    throw new Mismatch(outside(path, doc, "", value));
                }
                return value;
            }
        }

        record Truth() implements Shape {
            @Override
            public JsonNode check(JsonNode value, String path) {
                if (!value.isBoolean()) {
                    throw wrong(path, "true or false", value);
                }
                return value;
            }
        }

        record Choice(List<String> names) implements Shape {
            @Override
            public JsonNode check(JsonNode value, String path) {
                if (!value.isTextual() || !names.contains(value.textValue())) {
                    throw new Mismatch(
                            "%s must be one of %s, got %s".formatted(at(path), String.join(", ", names), shown(value)));
                }
                return value;
            }
        }

        record Items(Shape each, Doc doc) implements Shape {
            @Override
            public JsonNode check(JsonNode value, String path) {
                if (!value.isArray()) {
                    throw wrong(path, "a list", value);
                }
                range(path, value.size(), doc, " items long", value);
                ArrayNode checked = Json.array();
                for (int i = 0; i < value.size(); i++) {
                    checked.add(each.check(value.get(i), path + "/" + i));
                }
                return checked;
            }
        }

        record Entries(Shape each) implements Shape {
            @Override
            public JsonNode check(JsonNode value, String path) {
                if (!value.isObject()) {
                    throw wrong(path, "an object", value);
                }
                ObjectNode checked = Json.object();
                value.properties()
                        .forEach(entry ->
                                checked.set(entry.getKey(), each.check(entry.getValue(), path + "/" + entry.getKey())));
                return checked;
            }
        }

        record Fields(Map<String, Field> fields) implements Shape {
            @Override
            public JsonNode check(JsonNode value, String path) {
                return checkFields(this, value, path);
            }
        }

        record Anything() implements Shape {
            @Override
            public JsonNode check(JsonNode value, String path) {
                return value;
            }
        }
    }

    /** @param within the {@link Flat} component that has it */
    private record Field(String component, Optional<String> within, Shape shape, Doc doc, boolean required) {}

    /** Defaults that go without saying. */
    private static final Set<String> NOTHING = Set.of("false", "0", "[]", "{}", "");

    private static final Doc NO_DOC;

    static {
        record Undocumented(@Doc("") String component) {}
        NO_DOC = Undocumented.class.getRecordComponents()[0].getAnnotation(Doc.class);
    }

    private final Class<T> type;
    private final Keys keys;
    private final Shape.Fields root;
    private volatile Optional<Binder<T>> binder = Optional.empty();

    private Schema(Class<T> type, Keys keys) {
        this.type = type;
        this.keys = keys;
        this.root = fields(type, keys);
    }

    public static <T extends Record> Schema<T> of(Class<T> type) {
        return of(type, Keys.CAMEL);
    }

    public static <T extends Record> Schema<T> of(Class<T> type, Keys keys) {
        return new Schema<>(type, keys);
    }

    /**
     * The schema as JSON, keys always in the same order. Nothing else is taken; that of a configuration says so, and
     * has every default. That of a tool leaves out this and what is {@code false}, 0 and empty: a model pays for each,
     * and the refusal of an unknown key names the near one.
     */
    public ObjectNode json() {
        return write(root, NO_DOC, keys == Keys.KEBAB ? Detail.FULL : Detail.BRIEF);
    }

    /**
     * The schema of what we say ourselves, as short as it can be for whoever must read it: the names of what there may be,
     * whose values an answer shows.
     */
    public ObjectNode openJson() {
        ObjectNode json = Json.object().put("type", "object");
        ObjectNode properties = json.putObject("properties");
        root.fields().forEach((name, field) -> {
            ObjectNode one = properties.putObject(name);
            if (!field.doc().value().isEmpty()) {
                one.put("description", field.doc().value());
            }
        });
        return json;
    }

    /**
     * Checks and binds a value.
     *
     * @throws Mismatch at the first thing that does not fit: an unknown or missing key, a wrong type, a value out of
     *     range, or a record that refused its values
     */
    public T bind(JsonNode value) {
        JsonNode checked = root.check(value, "");
        if (binder.isEmpty()) {
            binder = Optional.of(new Binder<>(type));
        }
        return binder.orElseThrow().bind(checked);
    }

    /** A record as JSON, its keys as this schema spells them; what was left out and has no default is left out. */
    public JsonNode write(T record) {
        return spelt(root, Json.tree(record));
    }

    private static JsonNode spelt(Shape shape, JsonNode value) {
        return switch (shape) {
            case Shape.Fields fields -> {
                ObjectNode json = Json.object();
                fields.fields().forEach((name, field) -> {
                    JsonNode owner = field.within().map(value::path).orElse(value);
                    String spelling = field.doc().name();
                    JsonNode each = owner.path(spelling.isEmpty() ? field.component() : spelling);
                    if (!each.isMissingNode() && !each.isNull()) {
                        json.set(name, spelt(field.shape(), each));
                    }
                });
                yield json;
            }
            case Shape.Items items -> {
                ArrayNode json = Json.array();
                value.forEach(each -> json.add(spelt(items.each(), each)));
                yield json;
            }
            case Shape.Entries entries -> {
                ObjectNode json = Json.object();
                value.properties().forEach(each -> json.set(each.getKey(), spelt(entries.each(), each.getValue())));
                yield json;
            }
            case Shape.Text _, Shape.Whole _, Shape.Real _, Shape.Truth _, Shape.Choice _, Shape.Anything _ -> value;
        };
    }

    private static Shape.Fields fields(Class<?> type, Keys keys) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonIgnore.class)) {
                continue;
            }
            if (component.isAnnotationPresent(Flat.class)) {
                fields(component.getType(), keys)
                        .fields()
                        .forEach((name, field) -> fields.put(
                                name,
                                new Field(
                                        field.component(),
                                        Optional.of(component.getName()),
                                        field.shape(),
                                        field.doc(),
                                        field.required())));
                continue;
            }
            Doc doc = component.getAnnotation(Doc.class);
            Type declared = component.getGenericType();
            boolean optional = isOptional(declared);
            Doc known = doc == null ? NO_DOC : doc;
            Shape shape = shape(declared, known, keys);
            String spelt = known.name().isEmpty() ? component.getName() : known.name();
            String name = keys == Keys.KEBAB ? kebab(spelt) : spelt;
            boolean required = !optional && known.orElse().equals(Doc.REQUIRED);
            fields.put(name, new Field(component.getName(), Optional.empty(), shape, known, required));
        }
        return new Shape.Fields(fields);
    }

    private static boolean isOptional(Type type) {
        return type == OptionalInt.class
                || type == OptionalLong.class
                || type == OptionalDouble.class
                || type == JsonNode.class
                || type instanceof ParameterizedType p && p.getRawType() == Optional.class;
    }

    private static Shape shape(Type type, Doc doc, Keys keys) {
        if (type instanceof ParameterizedType p) {
            if (p.getRawType() == Optional.class) {
                if (p.getActualTypeArguments()[0] == JsonNode.class) {
                    throw new IllegalArgumentException("a JsonNode is optional by itself");
                }
                return shape(p.getActualTypeArguments()[0], doc, keys);
            } else if (p.getRawType() == List.class) {
                return new Shape.Items(shape(p.getActualTypeArguments()[0], NO_DOC, keys), doc);
            } else if (p.getRawType() == Map.class && p.getActualTypeArguments()[0] == String.class) {
                return new Shape.Entries(shape(p.getActualTypeArguments()[1], NO_DOC, keys));
            }
        } else if (type instanceof Class<?> c) {
            if (c == String.class) {
                return new Shape.Text(doc);
            } else if (c == int.class || c == Integer.class || c == OptionalInt.class) {
                return new Shape.Whole(doc, Integer.MIN_VALUE, Integer.MAX_VALUE);
            } else if (c == long.class || c == Long.class || c == OptionalLong.class) {
                return new Shape.Whole(doc, Long.MIN_VALUE, Long.MAX_VALUE);
            } else if (c == double.class || c == Double.class || c == OptionalDouble.class) {
                return new Shape.Real(doc);
            } else if (c == boolean.class || c == Boolean.class) {
                return new Shape.Truth();
            } else if (c.isEnum()) {
                return new Shape.Choice(Arrays.stream(c.getEnumConstants())
                        .map(constant -> Json.name((Enum<?>) constant))
                        .toList());
            } else if (c.isRecord()) {
                return fields(c, keys);
            } else if (JsonNode.class.isAssignableFrom(c)) {
                return new Shape.Anything();
            }
        }
        throw new IllegalArgumentException("no JSON shape for " + type.getTypeName());
    }

    private static ObjectNode write(Shape shape, Doc doc, Detail detail) {
        ObjectNode json = Json.object();
        switch (shape) {
            case Shape.Text text -> bounds(json.put("type", "string"), text.doc(), "minLength", "maxLength");
            case Shape.Whole whole -> bounds(json.put("type", "integer"), whole.doc(), "minimum", "maximum");
            case Shape.Real real -> bounds(json.put("type", "number"), real.doc(), "minimum", "maximum");
            case Shape.Truth truth -> json.put("type", "boolean");
            case Shape.Choice choice -> {
                json.put("type", "string");
                ArrayNode names = json.putArray("enum");
                choice.names().forEach(names::add);
            }
            case Shape.Items items -> {
                json.put("type", "array");
                json.set("items", write(items.each(), NO_DOC, detail));
                bounds(json, items.doc(), "minItems", "maxItems");
            }
            case Shape.Entries entries -> {
                json.put("type", "object");
                json.set("additionalProperties", write(entries.each(), NO_DOC, detail));
            }
            case Shape.Fields fields -> {
                json.put("type", "object");
                describe(json, fields, detail);
            }
            case Shape.Anything anything -> {}
        }
        if (!doc.value().isEmpty()) {
            json.put("description", doc.value());
        }
        if (!doc.orElse().equals(Doc.REQUIRED) && (detail == Detail.FULL || !NOTHING.contains(doc.orElse()))) {
            json.set("default", defaultOf(shape, doc));
        }
        return json;
    }

    private static void describe(ObjectNode json, Shape.Fields fields, Detail detail) {
        ObjectNode properties = json.putObject("properties");
        ArrayNode required = Json.array();
        fields.fields().forEach((name, field) -> {
            properties.set(name, write(field.shape(), field.doc(), detail));
            if (field.required()) {
                required.add(name);
            }
        });
        if (!required.isEmpty()) {
            json.set("required", required);
        }
        if (detail == Detail.FULL) {
            json.put("additionalProperties", false);
        }
    }

    private static void bounds(ObjectNode json, Doc doc, String min, String max) {
        if (doc.min() != Long.MIN_VALUE) {
            json.put(min, doc.min());
        }
        if (doc.max() != Long.MAX_VALUE) {
            json.put(max, doc.max());
        }
    }

    private static JsonNode defaultOf(Shape shape, Doc doc) {
        if (shape instanceof Shape.Text || shape instanceof Shape.Choice) {
            return Json.array().textNode(doc.orElse());
        }
        try {
            return Json.read(doc.orElse());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("default " + doc.orElse() + " is not JSON", e);
        }
    }

    private static ObjectNode checkFields(Shape.Fields fields, JsonNode value, String path) {
        if (!value.isObject()) {
            // Not the text: where a record is wanted, as for a password, it may be a secret.
            throw value.isTextual()
                    ? new Mismatch(at(path) + " must be an object, got text")
                    : wrong(path, "an object", value);
        }
        Iterator<String> names = value.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!fields.fields().containsKey(name)) {
                throw new Mismatch(unknown(path, name, fields.fields().keySet()));
            }
        }
        ObjectNode root = Json.object();
        fields.fields().forEach((name, field) -> {
            ObjectNode checked = field.within().map(root::withObjectProperty).orElse(root);
            JsonNode given = value.get(name);
            String at = path + "/" + name;
            boolean hasDefault = !field.doc().orElse().equals(Doc.REQUIRED);
            if (field.shape() instanceof Shape.Anything && (given != null || !hasDefault)) {
                checked.set(field.component(), given == null ? NullNode.getInstance() : given);
            } else if (given != null && !(given.isNull() && !field.required())) {
                checked.set(field.component(), field.shape().check(given, at));
            } else if (hasDefault) {
                checked.set(field.component(), field.shape().check(defaultOf(field.shape(), field.doc()), at));
            } else if (field.required()) {
                String hint =
                        field.doc().value().isEmpty() ? "" : " (" + field.doc().value() + ")";
                throw new Mismatch(at + " is required" + hint);
            }
        });
        return root;
    }

    private static boolean whole(JsonNode value) {
        return value.isIntegralNumber()
                || value.doubleValue() == Math.rint(value.doubleValue()) && Math.abs(value.doubleValue()) < 0x1p63;
    }

    private static void range(String path, long size, Doc doc, String unit, JsonNode value) {
        if (size < doc.min() || size > doc.max()) {
            throw new Mismatch(outside(path, doc, unit, value));
        }
    }

    private static String outside(String path, Doc doc, String unit, JsonNode value) {
        String bounds = doc.max() == Long.MAX_VALUE
                ? "at least " + doc.min()
                : doc.min() == Long.MIN_VALUE ? "at most " + doc.max() : "between " + doc.min() + " and " + doc.max();
        String got = value.isTextual()
                ? value.textValue().codePointCount(0, value.textValue().length()) + " characters"
                : value.isArray() ? value.size() + " items" : shown(value);
        return "%s must be %s%s, got %s".formatted(at(path), bounds, unit, got);
    }

    private static Mismatch wrong(String path, String wanted, JsonNode value) {
        return new Mismatch("%s must be %s, got %s".formatted(at(path), wanted, shown(value)));
    }

    private static String unknown(String path, String name, Iterable<String> known) {
        String names = String.join(", ", known);
        String nearest =
                nearest(name, known).map(n -> "; did you mean " + n + "?").orElse("");
        String fits = names.isEmpty() ? "; nothing fits here" : "; known: " + names;
        return "%s/%s is unknown%s%s".formatted(path, clip(name), nearest, fits);
    }

    /** The known name closest to a misspelt one, when it is close enough to be meant. */
    public static Optional<String> nearest(String name, Iterable<String> known) {
        String best = null;
        int least = Math.max(2, name.length() / 3) + 1;
        for (String candidate : known) {
            int distance = distance(
                    name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", ""),
                    candidate.toLowerCase(Locale.ROOT).replace("_", "").replace("-", ""));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 8 || a.length() > 100) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                row[j] = Math.min(
                        Math.min(row[j] + 1, row[j - 1] + 1), diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    private static String at(String path) {
        return path.isEmpty() ? "the value" : path;
    }

    private static String shown(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            default -> clip(value.toString());
        };
    }

    private static String clip(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    /** {@code startLine} as {@code start-line}. */
    public static String kebab(String camel) {
        StringBuilder kebab = new StringBuilder();
        for (char c : camel.toCharArray()) {
            if (Character.isUpperCase(c)) {
                kebab.append('-').append(Character.toLowerCase(c));
            } else {
                kebab.append(c);
            }
        }
        return kebab.toString();
    }
}
