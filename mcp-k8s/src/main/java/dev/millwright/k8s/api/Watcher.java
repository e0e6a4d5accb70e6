package dev.millwright.k8s.api;

import com.fasterxml.jackson.databind.JsonNode;

/** Whoever follows the objects of a kind; told one thing after the other, on a thread of the connection. */
public interface Watcher {
    /** The server has begun to tell changes. */
    void opened();

    /** @param type {@code ADDED}, {@code MODIFIED}, {@code DELETED}, or {@code BOOKMARK} for a version only */
    void changed(String type, JsonNode object);
}
