package dev.millwright.k8s.fix;

import dev.millwright.json.Schema;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.model.Ref;
import dev.millwright.tool.ToolException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Any object that a call names. */
public final class Targets {
    private Targets() {}

    /**
     * A kind by what people call it, built in or custom.
     *
     * @param name as in {@code Deployment}, {@code deploy}, {@code certificates.cert-manager.io}
     */
    public static Kind kind(Cluster cluster, String name) {
        return Kinds.named(name)
                .or(() -> cluster.kinds().stream()
                        .filter(each -> List.of(each.name(), each.plural(), each.resource()).stream()
                                .anyMatch(name::equalsIgnoreCase))
                        .findFirst())
                .orElseThrow(() -> ToolException.invalidInput("/kind %s is not served by the cluster%s"
                        .formatted(
                                name,
                                Schema.nearest(
                                                name.toLowerCase(Locale.ROOT),
                                                Kinds.all().stream()
                                                        .map(Kind::plural)
                                                        .toList())
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse(""))));
    }

    /** @throws ToolException {@code NOT_FOUND} */
    public static K8sObject read(Cluster cluster, Kind kind, String namespace, String name) {
        Ref ref = new Ref(kind.name(), kind.namespaced() ? Optional.of(namespace) : Optional.empty(), name);
        return Edit.read(cluster, kind, ref).orElseThrow(() -> ToolException.notFound("/name: there is no " + ref));
    }
}
