package dev.millwright.tool;

import java.util.List;
import java.util.Optional;

/** The resources of a server: browsable, readable, completable. */
public interface Resources {
    /** One resource in a listing; {@code size} in bytes where known. */
    record Resource(String uri, String name, String description, String mimeType, Optional<Long> size) {}

    /** A family of resources by URI template (RFC 6570). */
    record Template(String uriTemplate, String name, String description, String mimeType) {}

    /** A page of a listing; the cursor leads to the next. */
    record Page(List<Resource> resources, Optional<String> cursor) {
        public Page {
            resources = List.copyOf(resources);
        }
    }

    /** The URI scheme this server answers for, as in {@code file}. */
    String scheme();

    /** @throws ToolException {@code INVALID_INPUT} for a cursor that is not ours */
    Page list(Optional<String> cursor, Call call) throws Exception;

    List<Template> templates();

    /** @throws ToolException {@code NOT_FOUND} when there is no such resource */
    List<Content.ResourceContent> read(String uri, Call call) throws Exception;

    /**
     * Something that changes whenever the resource does, for those who subscribed to it; empty while there is no such
     * resource, and always for one that never changes. Asked once a second, so it must be cheap.
     */
    default Optional<String> version(String uri, Tenant tenant) {
        return Optional.empty();
    }

    /** Values that begin with what was typed, best first, at most 100; for a template's variable. */
    List<String> complete(String uriTemplate, String variable, String typed, Call call) throws Exception;

    /** What a caller must hold to list and read. */
    default List<String> scopes() {
        return List.of();
    }
}
