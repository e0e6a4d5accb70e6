package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.model.Ref;
import java.util.Optional;

/** An object of a manifest, with the place it belongs to. */
public record Item(Kind kind, Optional<String> namespace, String name, ObjectNode json) {
    public Ref ref() {
        return new Ref(kind.name(), namespace, name);
    }

    /** Whether the cluster knows its kind, so that it can be read and written. */
    boolean isServed() {
        return !kind.plural().isEmpty();
    }

    /** Whether both name the same object, in whatever version. */
    boolean names(Item other) {
        return kind.group().equals(other.kind.group())
                && kind.name().equals(other.kind.name())
                && namespace.equals(other.namespace)
                && name.equals(other.name);
    }

    /** Whether the chart wants it left alone when its release goes. */
    public boolean isKept() {
        return json.at("/metadata/annotations/helm.sh~1resource-policy")
                .asText()
                .equals("keep");
    }
}
