package dev.millwright.k8s.mask;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.mask.SecretText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes secrets out of objects and text; each becomes a fingerprint with a key of this process, so that it still shows
 * whether two are equal, and nothing else.
 */
public final class Mask {
    private Mask() {}

    /** A copy of an object that may be shown: whatever its kind, in whatever format it is then written. */
    public static JsonNode object(JsonNode object) {
        JsonNode copy = object.deepCopy();
        if (copy instanceof ObjectNode node) {
            if (node.path("kind").asText().equals("List") || node.path("items").isArray()) {
                ArrayNode items = Json.array();
                node.path("items").forEach(each -> items.add(object(each)));
                node.set("items", items);
                return node;
            }
            if (node.path("kind").asText().equals("Secret")) {
                values(node.path("data"));
                values(node.path("stringData"));
            }
            if (node.at("/metadata/annotations") instanceof ObjectNode annotations) {
                annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
            }
        }
        return inside(copy, "");
    }

    private static void values(JsonNode map) {
        if (map instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                object.put(each.getKey(), SecretText.fingerprint(each.getValue().asText()));
            }
        }
    }

    /** Members with secret names, environment entries, arguments after a secret flag, and all text. */
    private static JsonNode inside(JsonNode node, String name) {
        return switch (node) {
            case ObjectNode object -> {
                boolean secret = object.path("name").isTextual()
                        && SecretText.isSecretName(object.path("name").textValue());
                for (Map.Entry<String, JsonNode> each : List.copyOf(object.properties())) {
                    JsonNode value = each.getValue();
                    boolean hides = value.isTextual()
                            && !value.textValue().isEmpty()
                            && !value.textValue().startsWith("***")
                            && (secret && each.getKey().equals("value") || namesASecret(each.getKey()));
                    object.set(
                            each.getKey(),
                            hides
                                    ? object.textNode(SecretText.fingerprint(value.textValue()))
                                    : inside(value, each.getKey()));
                }
                yield object;
            }
            case ArrayNode array -> {
                boolean next = false;
                for (int i = 0; i < array.size(); i++) {
                    JsonNode value = array.get(i);
                    boolean flag = value.isTextual()
                            && value.textValue().startsWith("-")
                            && value.textValue().indexOf('=') < 0
                            && SecretText.isSecretName(value.textValue());
                    array.set(
                            i,
                            next && value.isTextual() && !value.textValue().startsWith("-")
                                    ? array.textNode(SecretText.fingerprint(value.textValue()))
                                    : inside(value, name));
                    next = flag;
                }
                yield array;
            }
            default -> node.isTextual() ? Json.object().textNode(SecretText.text(node.textValue())) : node;
        };
    }

    /** A member that is itself a secret; names of Kubernetes fields that only point to one are none. */
    private static boolean namesASecret(String member) {
        return SecretText.isSecretName(member)
                && !Set.of(
                                "secretName",
                                "secretRef",
                                "secretKeyRef",
                                "secret",
                                "secrets",
                                "imagePullSecrets",
                                "serviceAccountToken",
                                "automountServiceAccountToken",
                                "tokenExpirationSeconds",
                                "authorization",
                                "certificateAuthority")
                        .contains(member);
    }

    /**
     * Values of a Secret that must not be in any answer: decoded, of a secret name, or too random to be a name or an
     * address; those that are plain words stay sayable, or no diagnosis could name a host that a Secret holds too.
     */
    public static List<String> valuesOf(JsonNode secret) {
        List<String> values = new ArrayList<>();
        if (secret.path("type").asText().equals("helm.sh/release.v1")) {
            // A release, packed: nobody ever sees these bytes.
            return values;
        }
        for (String part : List.of("data", "stringData")) {
            for (Map.Entry<String, JsonNode> each : secret.path(part).properties()) {
                String written = each.getValue().asText();
                String plain = part.equals("data") ? decoded(written) : written;
                if (SecretText.isSecretName(each.getKey()) && plain.length() >= 6 || SecretText.looksRandom(plain)) {
                    values.add(plain.strip());
                    values.add(written);
                }
            }
        }
        return values;
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Not base64: kept as it is written.
            return base64;
        }
    }
}
