package dev.millwright.k8s.api;

import java.util.Optional;

/**
 * Which objects of a kind.
 *
 * @param namespace empty for all namespaces
 * @param labels selector as on a command line, empty for all
 * @param fields field selector, empty for all
 * @param limit objects a page, 1 to 1,000
 * @param after the token of the page before, empty for the first
 * @param members what is kept of each object
 */
public record ListQuery(
        Optional<String> namespace, String labels, String fields, int limit, String after, Members members) {
    public static final int MOST = 1_000;

    public ListQuery {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit must be between 1 and " + MOST + ", got " + limit);
        }
    }

    /** All objects of a namespace, or of all namespaces, whole. */
    public static ListQuery in(Optional<String> namespace) {
        return new ListQuery(namespace, "", "", MOST, "", Members.ALL);
    }

    /** The same in another namespace. */
    public ListQuery within(String other) {
        return new ListQuery(Optional.of(other), labels, fields, limit, after, members);
    }

    public ListQuery labels(String labels) {
        return new ListQuery(namespace, labels, fields, limit, after, members);
    }

    public ListQuery fields(String fields) {
        return new ListQuery(namespace, labels, fields, limit, after, members);
    }

    public ListQuery limit(int limit) {
        return new ListQuery(namespace, labels, fields, limit, after, members);
    }

    public ListQuery after(String after) {
        return new ListQuery(namespace, labels, fields, limit, after, members);
    }

    public ListQuery members(Members members) {
        return new ListQuery(namespace, labels, fields, limit, after, members);
    }
}
