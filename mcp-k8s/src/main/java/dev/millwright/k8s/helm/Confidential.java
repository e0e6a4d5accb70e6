package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.k8s.mask.Mask;
import dev.millwright.mask.SecretText;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The secrets of a release by their values, so that they are found in what charts and Helm write around them. */
public final class Confidential {
    /** What is shorter would be found in many words. */
    private static final int SHORTEST = 6;

    private final Set<String> values =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** @param trees of values, whose members with secret names count */
    Confidential(JsonNode... trees) {
        for (JsonNode each : trees) {
            collect(each, false);
        }
    }

    /** Of what a release was given, and of the Secrets that it makes. */
    public static Confidential of(Release release) {
        Confidential confidential = new Confidential(release.config(), release.defaults());
        for (ObjectNode object : Items.objects(release.manifest())) {
            if (object.path("kind").asText().equals("Secret")) {
                confidential.values.addAll(Mask.valuesOf(object));
            }
        }
        confidential.values.removeIf(each -> each.length() < SHORTEST);
        return confidential;
    }

    private void collect(JsonNode node, boolean secret) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> each : node.properties()) {
                collect(each.getValue(), SecretText.isSecretName(each.getKey()));
            }
        } else if (node.isArray()) {
            node.forEach(each -> collect(each, secret));
        } else if (secret && node.isTextual() && node.textValue().length() >= SHORTEST) {
            values.add(node.textValue());
        }
    }

    /** Of both. */
    Confidential and(Confidential other) {
        Confidential both = new Confidential();
        both.values.addAll(values);
        both.values.addAll(other.values);
        return both;
    }

    /** What people or programs wrote, with fingerprints for its secrets, and for what else looks like one. */
    public String hide(String text) {
        return SecretText.text(known(text));
    }

    /** What was masked by its structure, with fingerprints for the same secrets in places that do not look like it. */
    public String known(String text) {
        String hidden = text;
        for (String each : values) {
            hidden = hidden.replace(each, SecretText.fingerprint(each));
        }
        return hidden;
    }
}
