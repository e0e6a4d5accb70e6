package dev.millwright.k8s.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which members of objects are kept while they are read. What is passed over costs a fraction of the time and memory that
 * a tree of it would. What holds for a list holds for each of its elements.
 *
 * @param named members that have a say of their own
 * @param others whether all other members are kept, whole
 */
public record Members(Map<String, Members> named, boolean others) {
    public static final Members ALL = new Members(Map.of(), true);

    private static final Members NONE = new Members(Map.of(), false);

    /** Without who wrote which field and when, which takes up to half of an object and is seldom looked at. */
    public static final Members WITHOUT_MANAGERS =
            new Members(Map.of("metadata", new Members(Map.of("managedFields", NONE), true)), true);

    public Members {
        named = Map.copyOf(named);
    }

    /** Without these nobody could say which object it is, and of when. */
    private static final List<String> ALWAYS =
            List.of("metadata.name", "metadata.namespace", "metadata.resourceVersion");

    /** These, and what says which object it is. @param paths as in {@code metadata.labels} or {@code status} */
    public static Members only(String... paths) {
        return only(Stream.concat(ALWAYS.stream(), Stream.of(paths)).toList());
    }

    private static Members only(Collection<String> paths) {
        Map<String, List<String>> byFirst = new TreeMap<>();
        for (String each : paths) {
            int dot = each.indexOf('.');
            byFirst.computeIfAbsent(dot < 0 ? each : each.substring(0, dot), first -> new ArrayList<>())
                    .add(dot < 0 ? "" : each.substring(dot + 1));
        }
        Map<String, Members> named = new TreeMap<>();
        byFirst.forEach((first, rest) -> named.put(first, rest.contains("") ? ALL : only(rest)));
        return new Members(named, false);
    }

    /** What is kept of a member. */
    public Members of(String member) {
        Members its = named.get(member);
        return its != null ? its : others ? ALL : NONE;
    }

    /** Whether nothing is kept. */
    public boolean areNone() {
        return named.isEmpty() && !others;
    }
}
