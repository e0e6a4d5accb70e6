package dev.millwright.k8s.model;

import java.util.Optional;

/** Names an object: what kind, where, which. */
public record Ref(String kind, Optional<String> namespace, String name) {
    public static Ref of(String kind, String namespace, String name) {
        return new Ref(kind, namespace.isEmpty() ? Optional.empty() : Optional.of(namespace), name);
    }

    /** As answers say it: {@code Deployment shop/web}, {@code Node node-1}. */
    @Override
    public String toString() {
        return kind + " " + namespace.map(each -> each + "/").orElse("") + name;
    }

    /** Without the namespace, for answers that speak of one: {@code Deployment web}. */
    public String brief() {
        return kind + " " + name;
    }
}
