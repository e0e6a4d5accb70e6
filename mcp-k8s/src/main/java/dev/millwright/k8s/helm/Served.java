package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Kinds that a cluster serves, in versions that it does not prefer too: manifests may name those. */
final class Served {
    private Served() {}

    /** @param apiVersion as in {@code v1} or {@code apps/v1} */
    static Optional<Kind> kind(Cluster cluster, String apiVersion, Predicate<Kind> which) {
        return Stream.of(Kinds.all(), cluster.kinds())
                .flatMap(each -> each.stream())
                .filter(each -> each.apiVersion().equals(apiVersion) && which.test(each))
                .findFirst()
                .or(() -> asked(cluster, apiVersion, which));
    }

    private static Optional<Kind> asked(Cluster cluster, String apiVersion, Predicate<Kind> which) {
        if (!apiVersion.matches("[a-z0-9][a-z0-9.-]*/[a-z0-9]+")) {
            return Optional.empty();
        }
        String group = Kinds.group(apiVersion);
        String version = apiVersion.substring(group.length() + 1);
        try {
            for (JsonNode each : cluster.json("/apis/" + apiVersion).path("resources")) {
                Kind kind = new Kind(
                        group,
                        version,
                        each.path("kind").asText(),
                        each.path("name").asText(),
                        each.path("namespaced").asBoolean());
                if (!kind.plural().contains("/") && which.test(kind)) {
                    return Optional.of(kind);
                }
            }
        } catch (ApiError e) {
            if (!e.isNotFound()) {
                throw e;
            }
            // No such version: no such kind.
        }
        return Optional.empty();
    }
}
