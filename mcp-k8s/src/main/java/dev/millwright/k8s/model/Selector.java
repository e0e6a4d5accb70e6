package dev.millwright.k8s.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Which labels match: all of the required ones, and each expression. */
public record Selector(Map<String, String> labels, List<Expression> expressions) {
    /** One entry of {@code matchExpressions}; also node selectors with {@code Gt} and {@code Lt}. */
    public record Expression(String key, String operator, List<String> values) {
        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                case "Gt" -> value != null && compare(value) > 0;
                case "Lt" -> value != null && compare(value) < 0;
                default -> false;
            };
        }

        private int compare(String value) {
            try {
                return Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
            } catch (NumberFormatException e) {
                return 0;
            }
        }
    }

    public Selector {
        labels = Map.copyOf(labels);
        expressions = List.copyOf(expressions);
    }

    /** A LabelSelector ({@code matchLabels}, {@code matchExpressions}). */
    public static Selector of(JsonNode json) {
        List<Expression> expressions = new ArrayList<>();
        for (JsonNode each : json.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            each.path("values").forEach(value -> values.add(value.asText()));
            expressions.add(new Expression(
                    each.path("key").asText(), each.path("operator").asText(), values));
        }
        return new Selector(K8sObject.texts(json.path("matchLabels")), expressions);
    }

    /** A plain map, as Services have it. */
    public static Selector ofLabels(JsonNode map) {
        return new Selector(K8sObject.texts(map), List.of());
    }

    public boolean isEmpty() {
        return labels.isEmpty() && expressions.isEmpty();
    }

    public boolean matches(Map<String, String> candidate) {
        return labels.entrySet().stream().allMatch(each -> each.getValue().equals(candidate.get(each.getKey())))
                && expressions.stream().allMatch(each -> each.matches(candidate));
    }

    /** As on a command line: {@code app=web,tier in (a,b)}. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(",");
        labels.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> text.add(each.getKey() + "=" + each.getValue()));
        for (Expression each : expressions) {
            text.add(
                    switch (each.operator()) {
                        case "Exists" -> each.key();
                        case "DoesNotExist" -> "!" + each.key();
                        default ->
                            each.key() + " " + each.operator().toLowerCase(java.util.Locale.ROOT) + " ("
                                    + String.join(",", each.values()) + ")";
                    });
        }
        return text.toString();
    }
}
