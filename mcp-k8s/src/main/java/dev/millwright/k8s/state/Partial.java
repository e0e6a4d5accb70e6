package dev.millwright.k8s.state;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** Something that could not be read, so that an answer without it is not the whole truth. */
public record Partial(String verb, String resource, Optional<String> namespace, String why) {
    /** As answers say it: {@code list secrets in shop: forbidden}. */
    @Override
    public String toString() {
        return said(resource);
    }

    private String said(String resources) {
        return verb + " " + resources + namespace.map(each -> " in " + each).orElse("") + ": " + why;
    }

    /** In as few lines as may be: {@code list secrets, configmaps in shop: forbidden}. */
    public static List<String> fold(Collection<Partial> all) {
        Map<Partial, StringJoiner> byReason = new LinkedHashMap<>();
        for (Partial each : all) {
            byReason.computeIfAbsent(
                            new Partial(each.verb, "", each.namespace, each.why), key -> new StringJoiner(", "))
                    .add(each.resource);
        }
        return byReason.entrySet().stream()
                .map(each -> each.getKey().said(each.getValue().toString()))
                .toList();
    }
}
