package dev.millwright.k8s.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern REQUIREMENT = Pattern.compile("(?<not>!?)\\s*(?<key>[A-Za-z0-9./_-]+)\\s*"
            + "(?:(?:(?<equals>==?)|(?<differs>!=))\\s*(?<value>[A-Za-z0-9._-]*)"
            + "|\\s(?<among>in|notin)\\s*\\((?<list>[^()]*)\\))?");

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

    /**
     * As on a command line: {@code app=web,tier!=db,env in (a,b),!old}.
     *
     * @throws IllegalArgumentException saying which part is none
     */
    public static Selector parse(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        List<Expression> expressions = new ArrayList<>();
        for (String part : text.split(",(?![^(]*\\))")) {
            Matcher requirement = REQUIREMENT.matcher(part.strip());
            if (!requirement.matches()) {
                throw new IllegalArgumentException("\"" + part.strip()
                        + "\" is not key=value, key!=value, key in (a,b)," + " key notin (a,b), key or !key");
            } else if (requirement.group("equals") != null) {
                labels.put(requirement.group("key"), requirement.group("value"));
            } else if (requirement.group("differs") != null) {
                expressions.add(new Expression(requirement.group("key"), "NotIn", List.of(requirement.group("value"))));
            } else if (requirement.group("among") != null) {
                expressions.add(new Expression(
                        requirement.group("key"),
                        requirement.group("among").equals("in") ? "In" : "NotIn",
                        List.of(requirement.group("list").strip().split("\\s*,\\s*"))));
            } else {
                expressions.add(new Expression(
                        requirement.group("key"),
                        requirement.group("not").isEmpty() ? "Exists" : "DoesNotExist",
                        List.of()));
            }
        }
        return new Selector(labels, expressions);
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
