package dev.millwright.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** JSON, strict in, as trees; and the one mapper between trees and records: empty optionals left out, enums in lower-case with dashes. */
public final class Json {
    /** Nesting deeper than this is refused while reading, so that no recursion over a tree can overflow. */
    public static final int MAX_DEPTH = 200;

    /** What every message, argument and answer is read and written with; the mapper does no more than bind. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    /** Takes longer to make than a process may take to say that it is there: made when a record is first bound. */
    private static final class Binding {
        static final JsonMapper MAPPER = JsonMapper.builder(FACTORY.copy())
                .addModule(new Jdk8Module())
                .annotationIntrospector(new OurNames())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
                .build();
    }

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /**
     * Begins, on a thread of its own, what the first parser would wait for: the JDK takes 12 ms to make the constants of
     * {@link BigDecimal}. For the first line of a {@code main}.
     */
    public static void prepare() {
        Thread.ofPlatform().name("json").daemon().start(() -> BigDecimal.valueOf(0));
    }

    /** The mapper between trees and records. */
    public static JsonMapper mapper() {
        return Binding.MAPPER;
    }

    /** Reads one JSON value. @throws JsonProcessingException when the text is not exactly one */
    public static JsonNode read(String text) throws JsonProcessingException {
        try (JsonParser in = FACTORY.createParser(text)) {
            return Trees.read(in);
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one JSON value from UTF-8. @throws JsonProcessingException when the bytes are not exactly one */
    public static JsonNode read(byte[] bytes, int from, int length) throws JsonProcessingException {
        try (JsonParser in = FACTORY.createParser(bytes, from, length)) {
            return Trees.read(in);
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String write(Object value) {
        return new String(bytes(value instanceof JsonNode node ? node : tree(value)), StandardCharsets.UTF_8);
    }

    /** UTF-8 JSON in one line. */
    public static byte[] bytes(JsonNode value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        write(value, bytes);
        return bytes.toByteArray();
    }

    /** Bytes of the value as UTF-8 JSON, without writing it. */
    public static int size(JsonNode value) {
        return (int) Math.min(Integer.MAX_VALUE, Trees.size(value));
    }

    private static void write(JsonNode value, OutputStream to) {
        try (JsonGenerator out = FACTORY.createGenerator(to)) {
            Trees.write(out, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode tree(Object value) {
        return mapper().valueToTree(value);
    }

    /** An enum whose constants are not spelt as usual. */
    public interface Spelt {
        String spelling();
    }

    /** How an enum constant is spelt in JSON and configuration: {@code READ_ONLY} is {@code read-only}. */
    public static String name(Enum<?> constant) {
        if (constant instanceof Spelt spelt) {
            return spelt.spelling();
        }
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Enums in lower-case; components spelt as {@link Doc#name} says. */
    private static final class OurNames extends JacksonAnnotationIntrospector {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public String[] findEnumValues(
                MapperConfig<?> config, AnnotatedClass type, Enum<?>[] constants, String[] names) {
            for (int i = 0; i < constants.length; i++) {
                names[i] = name(constants[i]);
            }
            return names;
        }

        @Override
        public PropertyName findNameForSerialization(Annotated annotated) {
            Doc doc = annotated.getAnnotation(Doc.class);
            return doc == null || doc.name().isEmpty()
                    ? super.findNameForSerialization(annotated)
                    : PropertyName.construct(doc.name());
        }
    }
}
