package dev.millwright.k8s.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A kind of object as the API serves it.
 *
 * @param group empty for the core group
 * @param name as in {@code Deployment}
 * @param plural as in {@code deployments}
 */
public record Kind(String group, String version, String name, String plural, boolean namespaced) {
    /** As objects say it: {@code v1} or {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As RBAC messages and command lines say it: {@code pods} or {@code deployments.apps}. */
    public String resource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** Path of the collection, over all namespaces where none is given. */
    public String path(Optional<String> namespace) {
        String base = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
        String in = namespaced
                ? namespace.map(each -> "/namespaces/" + escape(each)).orElse("")
                : "";
        return base + in + "/" + plural;
    }

    /** Path of one object. @throws ApiError for an empty name, whose path would be that of all objects */
    public String path(Optional<String> namespace, String object) {
        if (object.isEmpty()) {
            throw new ApiError(400, "BadRequest", "name one of " + resource(), "the name is empty", Optional.empty());
        }
        return path(namespace) + "/" + escape(object);
    }

    /** One segment of a path: nothing in it can leave the segment. */
    public static String escape(String segment) {
        if (segment.equals(".") || segment.equals("..")) {
            throw new IllegalArgumentException("not a name: " + segment);
        }
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
