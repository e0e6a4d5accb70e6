package dev.millwright.k8s.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who may do what; all, until something is denied or only some things are allowed. */
final class Access {
    /** @param resource as RBAC has it, {@code pods/log} or {@code deployments}, with its group */
    record Attributes(String verb, String group, String resource, String namespace, String name) {
        String qualified() {
            String base = resource.contains("/") ? resource.substring(0, resource.indexOf('/')) : resource;
            return group.isEmpty() ? base : base + "." + group;
        }
    }

    private record Rule(String user, String verb, String resource, String namespace) {
        /** Resources are named with or without their group; namespace {@code *} is everywhere, empty the cluster's scope. */
        boolean matches(String who, Attributes asked) {
            String withGroup = asked.group().isEmpty() ? asked.resource() : asked.resource() + "." + asked.group();
            return (user.equals("*") || user.equals(who))
                    && (verb.equals("*") || verb.equals(asked.verb()))
                    && (resource.equals("*") || resource.equals(asked.resource()) || resource.equals(withGroup))
                    && (namespace.equals("*") || namespace.equals(asked.namespace()));
        }
    }

    private final List<Rule> denied = new CopyOnWriteArrayList<>();
    private final List<Rule> allowed = new CopyOnWriteArrayList<>();
    private final List<Rule> granted = new CopyOnWriteArrayList<>();

    void deny(String verb, String resource, String namespace) {
        denied.add(new Rule("*", verb, resource, namespace));
    }

    void allowOnly(String verb, String resource, String namespace) {
        allowed.add(new Rule("*", verb, resource, namespace));
    }

    /** For others than the caller, as SubjectAccessReviews ask. */
    void grant(String user, String verb, String resource, String namespace) {
        granted.add(new Rule(user, verb, resource, namespace));
    }

    boolean may(String user, Attributes asked) {
        return denied.stream().noneMatch(rule -> rule.matches(user, asked))
                && (allowed.isEmpty() || allowed.stream().anyMatch(rule -> rule.matches(user, asked)));
    }

    /** pkg/endpoints/handlers/responsewriters, forbiddenMessage. */
    static Refusal forbidden(String user, Attributes asked) {
        String where = asked.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"%s\"".formatted(asked.namespace());
        String message = "%s%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s"
                .formatted(
                        asked.qualified(),
                        asked.name().isEmpty() ? "" : " \"" + asked.name() + "\"",
                        user,
                        asked.verb(),
                        asked.resource(),
                        asked.group(),
                        where);
        Refusal refusal = new Refusal(403, "Forbidden", message);
        ObjectNode details = refusal.status().putObject("details");
        if (!asked.name().isEmpty()) {
            details.put("name", asked.name());
        }
        if (!asked.group().isEmpty()) {
            details.put("group", asked.group());
        }
        details.put("kind", asked.resource());
        return refusal;
    }

    /** Fills in the status of a review. */
    ObjectNode review(String plural, String user, ObjectNode review) {
        JsonNode spec = review.path("spec");
        ObjectNode status = review.putObject("status");
        if (plural.equals("selfsubjectrulesreviews")) {
            rules(spec.path("namespace").asText(), status);
            return review;
        }
        JsonNode asked = spec.path("resourceAttributes");
        String subresource = asked.path("subresource").asText();
        Attributes attributes = new Attributes(
                asked.path("verb").asText(),
                asked.path("group").asText(),
                asked.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                asked.path("namespace").asText(),
                asked.path("name").asText());
        boolean yes;
        if (plural.equals("subjectaccessreviews")) {
            String whom = spec.path("user").asText();
            yes = granted.stream().anyMatch(rule -> rule.matches(whom, attributes));
        } else {
            yes = spec.has("nonResourceAttributes") || may(user, attributes);
        }
        status.put("allowed", yes);
        return review;
    }

    private void rules(String namespace, ObjectNode status) {
        ArrayNode rules = status.putArray("resourceRules");
        if (allowed.isEmpty()) {
            rules.addObject()
                    .<ObjectNode>set("verbs", Json.array().add("*"))
                    .<ObjectNode>set("apiGroups", Json.array().add("*"))
                    .set("resources", Json.array().add("*"));
        }
        for (Rule each : allowed) {
            if (each.namespace().equals("*") || each.namespace().equals(namespace)) {
                int dot = each.resource().indexOf('.');
                rules.addObject()
                        .<ObjectNode>set("verbs", Json.array().add(each.verb()))
                        .<ObjectNode>set(
                                "apiGroups",
                                Json.array().add(dot < 0 ? "" : each.resource().substring(dot + 1)))
                        .set(
                                "resources",
                                Json.array()
                                        .add(
                                                dot < 0
                                                        ? each.resource()
                                                        : each.resource().substring(0, dot)));
            }
        }
        status.putArray("nonResourceRules");
        status.put("incomplete", false);
    }
}
