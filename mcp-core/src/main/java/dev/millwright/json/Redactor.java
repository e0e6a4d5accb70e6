package dev.millwright.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.json.SecretShapes.Shape;
import dev.millwright.json.SecretShapes.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Takes secrets out of text: those of known shape, and the values it was told.
 *
 * <p>One pass: a table of pairs of characters says where a secret may begin; only there is looked closer.
 */
public final class Redactor {
    private static final String MASK = "***";
    private static final int SHORTEST = 6;

    /** @param count secrets taken out */
    public record Redacted<T>(T value, int count) {}

    /** A secret in a text: what it is, and where. */
    public record Found(String kind, int from, int to) {}

    /** Learned values are held to so many; the oldest are forgotten first. */
    private static final int MOST_LEARNED = 20_000;

    private final Collection<String> told;
    private final Set<String> learned = new LinkedHashSet<>();

    /** By the first two characters, each cut to its low byte; null for most. */
    private volatile Shape[][] byPair;

    /** Whether the table lacks what was learned since: made anew when a text comes, not for each of many lessons. */
    private volatile boolean stale;

    /** @param secrets values to take out wherever they occur; those shorter than 6 characters are left alone */
    public Redactor(Collection<String> secrets) {
        this.told = List.copyOf(secrets);
        this.byPair = table(told);
    }

    /** From now on these are taken out too: what a server met that nobody could tell it before. */
    public synchronized void learn(Collection<String> secrets) {
        boolean more = false;
        for (String secret : secrets) {
            more |= secret.length() >= SHORTEST && learned.add(secret);
        }
        if (more) {
            Iterator<String> oldest = learned.iterator();
            while (learned.size() > MOST_LEARNED) {
                oldest.next();
                oldest.remove();
            }
            stale = true;
        }
    }

    private Shape[][] current() {
        if (stale) {
            synchronized (this) {
                if (stale) {
                    byPair =
                            table(Stream.concat(told.stream(), learned.stream()).toList());
                    stale = false;
                }
            }
        }
        return byPair;
    }

    private static Shape[][] table(Collection<String> secrets) {
        List<Shape> shapes = new ArrayList<>();
        secrets.stream()
                .filter(secret -> secret.length() >= SHORTEST)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .forEach(secret -> shapes.add(
                        new Shape("configured secret", secret, (text, at) -> new Span(at, at + secret.length()))));
        shapes.addAll(SecretShapes.all());
        Map<Integer, List<Shape>> grouped = new TreeMap<>();
        shapes.forEach(shape -> grouped.computeIfAbsent(
                        pair(shape.literal().charAt(0), shape.literal().charAt(1)), key -> new ArrayList<>())
                .add(shape));
        Shape[][] table = new Shape[1 << 16][];
        grouped.forEach((pair, list) -> table[pair] = list.toArray(Shape[]::new));
        return table;
    }

    private static int pair(char first, char second) {
        return (first & 0xff) << 8 | second & 0xff;
    }

    /** The same text, the very same object where nothing was found, with {@code ***} in place of each secret. */
    public Redacted<String> redact(String text) {
        Shape[][] table = current();
        StringBuilder out = new StringBuilder(0);
        int done = 0;
        int count = 0;
        int last = text.length() - 1;
        for (int i = 0; i < last; i++) {
            Shape[] candidates = table[pair(text.charAt(i), text.charAt(i + 1))];
            if (candidates != null) {
                Optional<Found> found = look(candidates, text, i);
                if (found.isPresent()) {
                    Found span = found.get();
                    out.append(text, done, span.from()).append(MASK);
                    done = span.to();
                    i = done - 1;
                    count++;
                }
            }
        }
        return new Redacted<>(
                count == 0 ? text : out.append(text, done, text.length()).toString(), count);
    }

    /** Where secrets are in a text, in order. */
    public List<Found> find(String text) {
        Shape[][] table = current();
        List<Found> all = new ArrayList<>();
        for (int i = 0; i < text.length() - 1; i++) {
            Shape[] candidates = table[pair(text.charAt(i), text.charAt(i + 1))];
            if (candidates != null) {
                Optional<Found> found = look(candidates, text, i);
                if (found.isPresent()) {
                    all.add(found.get());
                    i = found.get().to() - 1;
                }
            }
        }
        return all;
    }

    private static Optional<Found> look(Shape[] candidates, String text, int at) {
        for (Shape shape : candidates) {
            if (text.startsWith(shape.literal(), at)) {
                Span span = shape.look().at(text, at);
                if (span.from() >= 0) {
                    return Optional.of(new Found(shape.kind(), span.from(), span.to()));
                }
            }
        }
        return Optional.empty();
    }

    /** The same tree, the very same object where nothing was found, over all its texts; keys stay. */
    public Redacted<JsonNode> redact(JsonNode tree) {
        return switch (tree) {
            case TextNode text -> {
                Redacted<String> redacted = redact(text.textValue());
                yield new Redacted<>(redacted.count() == 0 ? text : new TextNode(redacted.value()), redacted.count());
            }
            case ArrayNode array -> {
                ArrayNode copy = Json.array();
                int count = 0;
                for (JsonNode item : array) {
                    Redacted<JsonNode> redacted = redact(item);
                    copy.add(redacted.value());
                    count += redacted.count();
                }
                yield new Redacted<>(count == 0 ? array : copy, count);
            }
            case ObjectNode object -> {
                ObjectNode copy = Json.object();
                int count = 0;
                for (Map.Entry<String, JsonNode> member : object.properties()) {
                    Redacted<JsonNode> redacted = redact(member.getValue());
                    copy.set(member.getKey(), redacted.value());
                    count += redacted.count();
                }
                yield new Redacted<>(count == 0 ? object : copy, count);
            }
            default -> new Redacted<>(tree, 0);
        };
    }
}
