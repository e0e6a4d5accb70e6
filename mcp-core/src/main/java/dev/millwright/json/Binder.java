package dev.millwright.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Makes records of JSON that a {@link Schema} has checked.
 *
 * <p>Not Jackson's databinding: what that learns about a type before it binds its first value takes longer than all the
 * rest of a start.
 */
final class Binder<T extends Record> {
    private record Part(String name, Function<JsonNode, Object> reader) {}

    private final Constructor<T> constructor;
    private final List<Part> parts = new ArrayList<>();

    Binder(Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            this.constructor = type.getDeclaredConstructor(types);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException("a record without its constructor: " + type, e);
        }
        constructor.setAccessible(true);
        for (RecordComponent component : components) {
            parts.add(new Part(component.getName(), reader(component.getGenericType())));
        }
    }

    /** @throws Mismatch when the record refuses its values */
    T bind(JsonNode checked) {
        Object[] values = parts.stream()
                .map(part -> part.reader().apply(checked.path(part.name())))
                .toArray();
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                case Mismatch mismatch -> throw mismatch;
                case IllegalArgumentException refused -> throw new Mismatch(refused.getMessage());
                case RuntimeException defect -> throw defect;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads one value, which is missing or null where it was left out. */
    private static Function<JsonNode, Object> reader(Type type) {
        if (type instanceof ParameterizedType p) {
            Type[] of = p.getActualTypeArguments();
            if (p.getRawType() == Optional.class) {
                Function<JsonNode, Object> each = reader(of[0]);
                return node -> absent(node) ? Optional.empty() : Optional.of(each.apply(node));
            } else if (p.getRawType() == List.class) {
                return list(reader(of[0]));
            }
            return map(reader(of[1]));
        }
        return reader((Class<?>) type);
    }

    private static Function<JsonNode, Object> reader(Class<?> type) {
        if (type == String.class) {
            return JsonNode::textValue;
        } else if (type == int.class || type == Integer.class) {
            return JsonNode::intValue;
        } else if (type == long.class || type == Long.class) {
            return JsonNode::longValue;
        } else if (type == double.class || type == Double.class) {
            return JsonNode::doubleValue;
        } else if (type == boolean.class || type == Boolean.class) {
            return JsonNode::booleanValue;
        } else if (type == OptionalInt.class) {
            return node -> absent(node) ? OptionalInt.empty() : OptionalInt.of(node.intValue());
        } else if (type == OptionalLong.class) {
            return node -> absent(node) ? OptionalLong.empty() : OptionalLong.of(node.longValue());
        } else if (type == OptionalDouble.class) {
            return node -> absent(node) ? OptionalDouble.empty() : OptionalDouble.of(node.doubleValue());
        } else if (type.isEnum()) {
            return choice(type);
        } else if (type.isRecord()) {
            Binder<? extends Record> below = new Binder<>(type.asSubclass(Record.class));
            return below::bind;
        }
        return node -> absent(node) ? NullNode.getInstance() : type.cast(node);
    }

    private static Function<JsonNode, Object> list(Function<JsonNode, Object> each) {
        return node -> {
            List<Object> list = new ArrayList<>(node.size());
            node.forEach(item -> list.add(each.apply(item)));
            return list;
        };
    }

    private static Function<JsonNode, Object> map(Function<JsonNode, Object> each) {
        return node -> {
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties().forEach(entry -> map.put(entry.getKey(), each.apply(entry.getValue())));
            return map;
        };
    }

    private static Function<JsonNode, Object> choice(Class<?> type) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(Json.name((Enum<?>) constant), constant);
        }
        return node -> constants.get(node.textValue());
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
