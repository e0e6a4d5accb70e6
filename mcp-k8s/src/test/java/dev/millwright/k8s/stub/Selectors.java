package dev.millwright.k8s.stub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.k8s.api.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label and field selectors, as far as each resource of a real server knows them. */
final class Selectors {
    private static final Pattern IN = Pattern.compile("\\s*([\\w./-]+)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*");
    private static final Pattern EQUAL = Pattern.compile("\\s*([\\w./-]+)\\s*(=|==|!=)\\s*([\\w.-]*)\\s*");
    private static final Pattern EXISTS = Pattern.compile("\\s*(!?)\\s*([\\w./-]+)\\s*");

    /** Of pkg/apis/core/v1/conversion.go and its kin; metadata.name and metadata.namespace work everywhere. */
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "pods",
            Set.of(
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.schedulerName",
                    "spec.serviceAccountName",
                    "spec.hostNetwork",
                    "status.phase",
                    "status.podIP",
                    "status.podIPs",
                    "status.nominatedNodeName"),
            "events",
            Set.of(
                    "involvedObject.kind",
                    "involvedObject.namespace",
                    "involvedObject.name",
                    "involvedObject.uid",
                    "involvedObject.apiVersion",
                    "involvedObject.resourceVersion",
                    "involvedObject.fieldPath",
                    "reason",
                    "reportingComponent",
                    "source",
                    "type"),
            "secrets",
            Set.of("type"),
            "namespaces",
            Set.of("status.phase"),
            "nodes",
            Set.of("spec.unschedulable"),
            "replicasets.apps",
            Set.of("status.replicas"),
            "replicationcontrollers",
            Set.of("status.replicas"),
            "jobs.batch",
            Set.of("status.successful"),
            "certificatesigningrequests.certificates.k8s.io",
            Set.of("spec.signerName"));

    private Selectors() {}

    static Predicate<JsonNode> labels(String selector) {
        Predicate<JsonNode> all = object -> true;
        for (String part : parts(selector)) {
            Matcher in = IN.matcher(part);
            Matcher equal = EQUAL.matcher(part);
            Matcher exists = EXISTS.matcher(part);
            if (in.matches()) {
                Set<String> values = Set.of(in.group(3).strip().split("\\s*,\\s*"));
                boolean wanted = in.group(2).equals("in");
                all = all.and(
                        object -> values.contains(label(object, in.group(1)).asText("\0")) == wanted);
            } else if (equal.matches()) {
                boolean wanted = !equal.group(2).equals("!=");
                all = all.and(
                        object -> label(object, equal.group(1)).asText("\0").equals(equal.group(3)) == wanted);
            } else if (exists.matches()) {
                all = all.and(object -> label(object, exists.group(2)).isMissingNode()
                        != exists.group(1).isEmpty());
            } else {
                throw Refusal.badRequest(
                        "unable to parse requirement: found '%s', expected: identifier".formatted(part));
            }
        }
        return all;
    }

    private static JsonNode label(JsonNode object, String name) {
        return object.path("metadata").path("labels").path(name);
    }

    /** Split at commas that are in no brackets. */
    private static List<String> parts(String selector) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= selector.length(); i++) {
            char c = i == selector.length() ? ',' : selector.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                if (!selector.substring(from, i).isBlank()) {
                    parts.add(selector.substring(from, i));
                }
                from = i + 1;
            }
        }
        return parts;
    }

    static Predicate<JsonNode> fields(Kind kind, String labels, String selector) {
        Predicate<JsonNode> all = object -> true;
        for (String part : parts(selector)) {
            Matcher equal = Pattern.compile("([\\w./\\[\\]-]+)(==|=|!=)(.*)").matcher(part);
            if (!equal.matches()) {
                throw Refusal.badRequest("invalid selector: '%s'; can't understand '%s'".formatted(selector, part));
            }
            String field = equal.group(1);
            if (!field.equals("metadata.name")
                    && !(field.equals("metadata.namespace") && kind.namespaced())
                    && !FIELDS.getOrDefault(kind.resource(), Set.of()).contains(field)) {
                throw Refusal.badRequest(
                        "Unable to find \"%s/%s, Resource=%s\" that match label selector \"%s\", field selector \"%s\": field label not supported: %s"
                                .formatted(kind.group(), kind.version(), kind.plural(), labels, selector, field));
            }
            boolean wanted = !equal.group(2).equals("!=");
            String value = equal.group(3);
            all = all.and(object -> text(object, field).equals(value) == wanted);
        }
        return all;
    }

    /** What is not there counts as empty text, as in the server's own conversion; a count as 0, a flag as false. */
    private static String text(JsonNode object, String field) {
        if (field.equals("source")) {
            return object.at("/source/component")
                    .asText(object.path("reportingComponent").asText());
        }
        if (field.equals("status.successful")) {
            return object.at("/status/succeeded").asText("0");
        }
        String orElse = switch (field) {
            case "spec.unschedulable", "spec.hostNetwork" -> "false";
            case "status.replicas" -> "0";
            default -> "";
        };
        return object.at("/" + field.replace('.', '/')).asText(orElse);
    }
}
