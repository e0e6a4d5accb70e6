package dev.millwright.k8s.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in an object: a JSON pointer ({@code /spec/replicas}) or a dotted path ({@code spec.containers[*].image},
 * {@code metadata.labels['app.kubernetes.io/name']}, also as {@code {.spec.replicas}}).
 *
 * @param steps names, indexes, and {@code *} for all
 */
public record Projection(String path, List<String> steps) {
    private static final Pattern STEP =
            Pattern.compile("\\.?((?:[^.\\[\\]\\\\]|\\\\.)+)|\\.?\\[(?:'([^']*)'|\"([^\"]*)\"|(-?\\d+|\\*))\\]");

    public Projection {
        steps = List.copyOf(steps);
    }

    /** @throws IllegalArgumentException where it is neither */
    public static Projection of(String path) {
        List<String> steps = new ArrayList<>();
        if (path.startsWith("/")) {
            for (String each : path.substring(1).split("/", -1)) {
                steps.add(each.replace("~1", "/").replace("~0", "~"));
            }
            return new Projection(path, steps);
        }
        String plain = path.startsWith("{") && path.endsWith("}") ? path.substring(1, path.length() - 1) : path;
        Matcher step = STEP.matcher(plain);
        int at = 0;
        while (at < plain.length()) {
            if (!step.find(at) || step.start() != at) {
                throw new IllegalArgumentException(path
                        + " is neither a JSON pointer like /spec/replicas nor a path like spec.containers[*].image");
            }
            for (int group = 1; group <= 4; group++) {
                if (step.group(group) != null) {
                    steps.add(group == 1 ? step.group(1).replaceAll("\\\\(.)", "$1") : step.group(group));
                }
            }
            at = step.end();
        }
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a path names at least one member");
        }
        return new Projection(path, steps);
    }

    /** What stands there; a list where the path says {@code *}; a missing node where there is nothing. */
    public JsonNode in(JsonNode object) {
        return in(object, 0);
    }

    private JsonNode in(JsonNode node, int from) {
        JsonNode at = node;
        for (int i = from; i < steps.size(); i++) {
            String step = steps.get(i);
            if (step.equals("*")) {
                ArrayNode all = Json.array();
                for (JsonNode each : at) {
                    JsonNode found = in(each, i + 1);
                    if (!found.isMissingNode()) {
                        all.add(found);
                    }
                }
                return all.isEmpty() ? MissingNode.getInstance() : all;
            }
            at = at.isArray() && step.matches("-?\\d{1,6}") ? element(at, Integer.parseInt(step)) : at.path(step);
        }
        return at;
    }

    private static JsonNode element(JsonNode array, int index) {
        return array.path(index < 0 ? array.size() + index : index);
    }

    /** In one line, for a row of a table; lists with commas between. */
    public static String line(JsonNode found) {
        if (found.isMissingNode() || found.isNull()) {
            return "-";
        } else if (found.isArray()) {
            List<String> all = new ArrayList<>();
            found.forEach(each -> all.add(line(each)));
            return String.join(",", all);
        }
        return found.isValueNode() ? found.asText() : Json.write(found);
    }
}
