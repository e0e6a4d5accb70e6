package dev.millwright.k8s.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalLong;

/**
 * A page of a list.
 *
 * @param items each with {@code apiVersion} and {@code kind}, which the API leaves out of the items of a list
 * @param next token of the next page, empty for the last
 * @param remaining how many objects come after this page, where the API says so
 * @param resourceVersion of the list, where a watch may go on
 */
public record Page(List<JsonNode> items, String next, OptionalLong remaining, String resourceVersion) {
    public Page {
        items = List.copyOf(items);
    }
}
