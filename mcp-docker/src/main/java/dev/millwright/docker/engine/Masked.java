package dev.millwright.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.mask.SecretText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What engines tell of containers and images, without the secrets in their environment, labels and command lines. */
public final class Masked {
    /** Lists of {@code NAME=value}. */
    private static final Set<String> ASSIGNMENTS = Set.of("Env", "OnBuild");

    /** Secrets shorter than this are not looked for elsewhere: they would be found in everything. */
    private static final int SHORTEST = 6;

    private Masked() {}

    /** A copy that may be shown. */
    public static JsonNode of(JsonNode told) {
        return inside(told.deepCopy(), "");
    }

    /** The values of an environment that must not be in any answer. */
    public static List<String> secrets(JsonNode env) {
        List<String> found = new ArrayList<>();
        for (JsonNode each : env) {
            String entry = each.asText();
            int at = entry.indexOf('=');
            if (at > 0 && isSecret(entry.substring(0, at), entry.substring(at + 1))) {
                String value = entry.substring(at + 1).strip();
                if (value.length() >= SHORTEST) {
                    found.add(value);
                }
            }
        }
        return found;
    }

    /** {@code NAME=value}, with a fingerprint for a value that is secret. */
    public static String assignment(String entry) {
        int at = entry.indexOf('=');
        if (at <= 0) {
            return SecretText.text(entry);
        }
        return entry.substring(0, at + 1) + value(entry.substring(0, at), entry.substring(at + 1));
    }

    private static String value(String name, String value) {
        return isSecret(name, value) ? SecretText.fingerprint(value) : SecretText.text(value);
    }

    private static boolean isSecret(String name, String value) {
        return !value.isEmpty()
                && SecretText.isSecretName(name)
                && !value.startsWith("/")
                && !Set.of("true", "false", "yes", "no", "0", "1").contains(value);
    }

    private static JsonNode inside(JsonNode node, String name) {
        switch (node) {
            case ObjectNode object -> {
                boolean named = name.equals("Labels") || name.equals("Annotations") || name.equals("BuildArgs");
                for (Map.Entry<String, JsonNode> each : List.copyOf(object.properties())) {
                    JsonNode value = each.getValue();
                    object.set(
                            each.getKey(),
                            named && value.isTextual()
                                    ? TextNode.valueOf(value(each.getKey(), value.textValue()))
                                    : inside(value, each.getKey()));
                }
                return object;
            }
            case ArrayNode array -> {
                boolean next = false;
                for (int i = 0; i < array.size(); i++) {
                    JsonNode value = array.get(i);
                    if (!value.isTextual()) {
                        array.set(i, inside(value, name));
                        continue;
                    }
                    String text = value.textValue();
                    String shown = ASSIGNMENTS.contains(name) ? assignment(text) : SecretText.text(text);
                    array.set(
                            i, TextNode.valueOf(next && !text.startsWith("-") ? SecretText.fingerprint(text) : shown));
                    next = text.startsWith("-") && text.indexOf('=') < 0 && SecretText.isSecretName(text);
                }
                return array;
            }
            default -> {
                return node.isTextual() ? TextNode.valueOf(SecretText.text(node.textValue())) : node;
            }
        }
    }
}
