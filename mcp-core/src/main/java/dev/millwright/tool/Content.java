package dev.millwright.tool;

import java.util.Optional;

/** What a model is shown: text, a picture, sound, or a resource. */
public sealed interface Content {
    record Text(String text) implements Content {}

    /** @param data the file's bytes, not encoded */
    record Image(byte[] data, String mimeType) implements Content {}

    /** @param data the file's bytes, not encoded */
    record Audio(byte[] data, String mimeType) implements Content {}

    /** A resource, embedded: text or bytes. */
    record Embedded(ResourceContent resource) implements Content {}

    /** A resource to read later. */
    record Link(String uri, String name, Optional<String> mimeType) implements Content {}

    /** One part of a resource: exactly one of text and blob is there. */
    record ResourceContent(String uri, String mimeType, Optional<String> text, Optional<byte[]> blob) {
        public static ResourceContent text(String uri, String mimeType, String text) {
            return new ResourceContent(uri, mimeType, Optional.of(text), Optional.empty());
        }

        public static ResourceContent blob(String uri, String mimeType, byte[] blob) {
            return new ResourceContent(uri, mimeType, Optional.empty(), Optional.of(blob));
        }
    }
}
