package dev.millwright.k8s.api;

import com.fasterxml.jackson.databind.JsonNode;

/** A change of one object. */
public record Patch(Type type, JsonNode body) {
    /** How the body is read. */
    public enum Type {
        /** RFC 6902, with {@code test} operations on what was read. */
        JSON("application/json-patch+json"),
        /** RFC 7386. */
        MERGE("application/merge-patch+json"),
        /** Lists are merged by their keys. */
        STRATEGIC("application/strategic-merge-patch+json"),
        /** Server-side apply: the whole of what this manager wants. */
        APPLY("application/apply-patch+yaml");

        private final String mediaType;

        Type(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }
    }
}
