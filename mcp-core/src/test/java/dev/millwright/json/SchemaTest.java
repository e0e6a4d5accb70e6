package dev.millwright.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTest {
    enum Mode {
        CREATE,
        READ_ONLY
    }

    record Part(
            String name,
            @Doc(value = "How many.", min = 1, max = 9) int count) {}

    record Input(
            @Doc(value = "Where.", min = 1, max = 5) String path,

            @Doc(value = "How many lines.", min = 1, max = 500, orElse = "100")
            int limit,

            @Doc(value = "How.", orElse = "read-only") Mode mode,
            Optional<Part> part,
            OptionalInt depth,
            @Doc(value = "Parts.", max = 2, orElse = "[]") List<Part> parts,
            @Doc(value = "Labels.", orElse = "{}") Map<String, Integer> labels,

            @Doc(value = "Share.", min = 0, max = 1, orElse = "0.5")
            double share,

            @Doc(value = "Really.", orElse = "false") boolean really,
            JsonNode extra) {
        Input {
            if (path.equals("bad")) {
                throw new IllegalArgumentException("/path bad is taken");
            }
        }
    }

    private final Schema<Input> schema = Schema.of(Input.class);

    private Input bind(String json) throws Exception {
        return schema.bind(Json.read(json));
    }

    @Test
    void fillsInDefaultsAndLeavesOptionalsEmpty() throws Exception {
        assertThat(bind("{\"path\":\"a\"}"))
                .isEqualTo(new Input(
                        "a",
                        100,
                        Mode.READ_ONLY,
                        Optional.empty(),
                        OptionalInt.empty(),
                        List.of(),
                        Map.of(),
                        0.5,
                        false,
                        NullNode.getInstance()));
    }

    @Test
    void bindsEverythingGiven() throws Exception {
        Input bound = bind("""
                {"path":"a","limit":7,"mode":"create","part":{"name":"p","count":2},"depth":3,
                 "parts":[{"name":"q","count":1}],"labels":{"x":1},"share":1,"really":true,"extra":{"any":[1]}}""");
        assertThat(bound.part()).contains(new Part("p", 2));
        assertThat(bound.depth()).hasValue(3);
        assertThat(bound.labels()).containsEntry("x", 1);
        assertThat(bound.extra()).isEqualTo(Json.read("{\"any\":[1]}"));
    }

    @Test
    void takesNullForWhatMayBeLeftOut() throws Exception {
        assertThat(bind("{\"path\":\"a\",\"limit\":null,\"part\":null}").limit())
                .isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|/path is required (Where.)",
                "{\"path\":1}|/path must be text, got 1",
                "{\"path\":\"\"}|/path must be between 1 and 5 characters long, got 0 characters",
                "{\"path\":\"toolong\"}|/path must be between 1 and 5 characters long, got 7 characters",
                "{\"path\":\"a\",\"limit\":9000}|/limit must be between 1 and 500, got 9000",
                "{\"path\":\"a\",\"limit\":99999999999999999999}|/limit must be between 1 and 500, got 99999999999999999999",
                "{\"path\":\"a\",\"limit\":\"5\"}|/limit must be a whole number, got \"5\"",
                "{\"path\":\"a\",\"limit\":1.5}|/limit must be a whole number, got 1.5",
                "{\"path\":\"a\",\"mode\":\"CREATE\"}|/mode must be one of create, read-only, got \"CREATE\"",
                "{\"path\":\"a\",\"lmit\":5}|/lmit is unknown; did you mean limit?",
                "{\"path\":\"a\",\"part\":{\"name\":\"x\"}}|/part/count is required (How many.)",
                "{\"path\":\"a\",\"part\":{\"name\":\"x\",\"count\":1,\"zzzzzzz\":1}}|/part/zzzzzzz is unknown; known: name, count",
                "{\"path\":\"a\",\"parts\":[{\"name\":\"x\",\"count\":10}]}|/parts/0/count must be between 1 and 9, got 10",
                "{\"path\":\"a\",\"parts\":{}}|/parts must be a list, got an object",
                "{\"path\":\"a\",\"labels\":{\"x\":\"y\"}}|/labels/x must be a whole number, got \"y\"",
                "{\"path\":\"a\",\"share\":2}|/share must be between 0 and 1, got 2",
                "{\"path\":\"a\",\"really\":\"yes\"}|/really must be true or false, got \"yes\"",
                "{\"path\":\"a\\ud800\"}|/path holds an unpaired surrogate; give well-formed Unicode text",
                "{\"path\":\"bad\"}|/path bad is taken",
                "[]|the value must be an object, got a list"
            })
    void namesThePathTheValueAndWhatWouldFit(String json, String message) {
        assertThatThrownBy(() -> bind(json)).isInstanceOf(Mismatch.class).hasMessageStartingWith(message);
    }

    @Test
    void writesOneSchemaInOneOrder() throws Exception {
        assertThat(Json.write(Schema.of(Part.class).json())).isEqualTo("""
                        {"type":"object","properties":{"name":{"type":"string"},\
                        "count":{"type":"integer","minimum":1,"maximum":9,"description":"How many."}},\
                        "required":["name","count"]}""");
    }

    @Test
    void spellsConfigurationKeysWithDashes() throws Exception {
        record Settings(@Doc(value = "Bytes.", orElse = "1") int maxBytes) {}
        Schema<Settings> kebab = Schema.of(Settings.class, Schema.Keys.KEBAB);
        assertThat(kebab.bind(Json.read("{\"max-bytes\":5}")).maxBytes()).isEqualTo(5);
        assertThatThrownBy(() -> kebab.bind(Json.read("{\"maxBytes\":5}")))
                .hasMessageContaining("did you mean max-bytes?");
    }

    @Test
    void takesPartsOfWhatIsFlatAsItsOwn() throws Exception {
        record Common(
                @Doc(value = "", name = "max_lines", min = 1)
                OptionalInt maxLines,

                @Doc(value = "", orElse = "utf-8") String charset) {}
        record Read(String path, @Flat Common common) {}
        Schema<Read> flat = Schema.of(Read.class);
        Read read = new Read("a", new Common(OptionalInt.of(3), "utf-8"));
        assertThat(flat.bind(Json.read("{\"path\":\"a\",\"max_lines\":3}"))).isEqualTo(read);
        assertThat(flat.bind(Json.read("{\"path\":\"a\"}")).common())
                .isEqualTo(new Common(OptionalInt.empty(), "utf-8"));
        assertThat(Json.write(flat.write(read))).isEqualTo("{\"path\":\"a\",\"max_lines\":3,\"charset\":\"utf-8\"}");
        assertThat(flat.json().path("properties").has("max_lines")).isTrue();
        assertThatThrownBy(() -> flat.bind(Json.read("{\"path\":\"a\",\"max_lines\":0}")))
                .hasMessage("/max_lines must be at least 1, got 0");
        assertThatThrownBy(() -> flat.bind(Json.read("{\"path\":\"a\",\"max_line\":1}")))
                .hasMessageContaining("did you mean max_lines?");
    }

    /** What binds is what the schema says: random values are bound or refused exactly as a reading of the schema does. */
    @Test
    void givesWhatMayBeAnythingItsDefault() {
        record Settings(
                @Doc(value = "Unbound.", orElse = "{}") JsonNode part) {}
        assertThat(Schema.of(Settings.class).bind(Json.object()).part()).isEqualTo(Json.object());
    }

    @Test
    void schemaAndBindingAgreeOnRandomValues() {
        Random random = new Random(42);
        JsonNode json = schema.json();
        int fitting = 0;
        for (int i = 0; i < 20_000; i++) {
            JsonNode value = candidate(random, json, 0);
            boolean fits = fits(json, value);
            boolean binds;
            try {
                schema.bind(value);
                binds = true;
            } catch (Mismatch e) {
                binds = e.getMessage().equals("/path bad is taken");
            }
            assertThat(binds).as(value.toString()).isEqualTo(fits);
            fitting += fits ? 1 : 0;
        }
        assertThat(fitting).isBetween(1_000, 19_000);
    }

    private static JsonNode candidate(Random random, JsonNode schema, int depth) {
        if (random.nextInt(40) == 0) {
            return Json.tree(List.of("x", 3));
        }
        return switch (schema.path("type").asText()) {
            case "string" ->
                Json.tree(
                        schema.has("enum") && random.nextInt(20) > 0
                                ? schema.path("enum")
                                        .get(random.nextInt(schema.path("enum").size()))
                                        .asText()
                                : "abcdef".substring(0, random.nextInt(20) == 0 ? 6 : 1 + random.nextInt(5)));
            case "integer" -> Json.tree(random.nextInt(40) == 0 ? 1_000 : 1 + random.nextInt(9));
            case "number" -> Json.tree(random.nextDouble() * 1.02);
            case "boolean" -> Json.tree(random.nextBoolean());
            case "array" -> {
                var list = Json.array();
                for (int i = random.nextInt(30) == 0 ? 3 : random.nextInt(3); i > 0; i--) {
                    list.add(candidate(random, schema.path("items"), depth + 1));
                }
                yield list;
            }
            case "object" -> {
                var object = Json.object();
                schema.path("properties").properties().forEach(property -> {
                    if (random.nextInt(10) > 0) {
                        object.set(property.getKey(), candidate(random, property.getValue(), depth + 1));
                    }
                });
                if (random.nextInt(40) == 0) {
                    object.put("unknown", 1);
                }
                yield object;
            }
            default -> Json.tree(7);
        };
    }

    private static boolean fits(JsonNode schema, JsonNode value) {
        return switch (schema.path("type").asText()) {
            case "string" ->
                value.isTextual()
                        && value.textValue().length()
                                >= schema.path("minLength").asInt(0)
                        && value.textValue().length()
                                <= schema.path("maxLength").asInt(Integer.MAX_VALUE)
                        && (!schema.has("enum")
                                || schema.path("enum").valueStream().anyMatch(value::equals));
            case "integer", "number" ->
                value.isNumber()
                        && value.doubleValue() >= schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY)
                        && value.doubleValue() <= schema.path("maximum").asDouble(Double.POSITIVE_INFINITY);
            case "boolean" -> value.isBoolean();
            case "array" ->
                value.isArray()
                        && value.size() <= schema.path("maxItems").asInt(Integer.MAX_VALUE)
                        && value.valueStream().allMatch(item -> fits(schema.path("items"), item));
            case "object" ->
                value.isObject()
                        && schema.path("required").valueStream().allMatch(name -> value.has(name.asText()))
                        && value.propertyStream()
                                .allMatch(field -> schema.path("properties").has(field.getKey())
                                        ? fits(schema.path("properties").path(field.getKey()), field.getValue())
                                        : schema.path("additionalProperties").isObject()
                                                && fits(schema.path("additionalProperties"), field.getValue()));
            default -> true;
        };
    }
}
