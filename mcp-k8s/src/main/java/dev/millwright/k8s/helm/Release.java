package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.k8s.model.Times;
import dev.millwright.tool.ToolException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One revision of a release, over the JSON that Helm keeps of it; fields we do not know stay.
 *
 * @param labels of its object that are the user's own; Helm keeps them there alone
 */
public record Release(ObjectNode json, Map<String, String> labels) {
    public static final String DEPLOYED = "deployed";
    public static final String SUPERSEDED = "superseded";
    public static final String FAILED = "failed";
    public static final String UNINSTALLED = "uninstalled";
    public static final String UNINSTALLING = "uninstalling";

    /** As Helm checks it (helm {@code pkg/chartutil/validate_name.go}). */
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private static final int LONGEST_NAME = 53;

    public Release {
        labels = Map.copyOf(labels);
    }

    /** @throws ToolException {@code INVALID_INPUT} for what no release can be called */
    static void checkName(String name) {
        if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
            throw ToolException.invalidInput(
                    "/name must be at most %d of a-z, 0-9, - and ., beginning and ending with a letter or digit, got %s"
                            .formatted(LONGEST_NAME, name));
        }
    }

    public String name() {
        return json.path("name").asText();
    }

    public String namespace() {
        return json.path("namespace").asText();
    }

    public int revision() {
        return json.path("version").asInt();
    }

    public String status() {
        return json.at("/info/status").asText();
    }

    public boolean isPending() {
        return status().startsWith("pending-");
    }

    public String description() {
        return json.at("/info/description").asText();
    }

    public String notes() {
        return json.at("/info/notes").asText();
    }

    public Optional<Instant> lastDeployed() {
        return Times.of(json.at("/info/last_deployed"));
    }

    /** As lists show it: {@code web-1.2.3}. */
    public String chart() {
        JsonNode metadata = json.at("/chart/metadata");
        return metadata.path("name").asText() + "-" + metadata.path("version").asText();
    }

    public String appVersion() {
        return json.at("/chart/metadata/appVersion").asText();
    }

    /** What the user set. */
    public JsonNode config() {
        return json.path("config");
    }

    /** What the chart sets where the user did not. */
    public JsonNode defaults() {
        return json.at("/chart/values");
    }

    /** YAML of all objects, hooks not among them. */
    public String manifest() {
        return json.path("manifest").asText();
    }

    public List<Hook> hooks() {
        List<Hook> hooks = new ArrayList<>();
        for (JsonNode each : json.path("hooks")) {
            if (each instanceof ObjectNode hook) {
                hooks.add(new Hook(hook));
            }
        }
        return hooks;
    }

    /** The same revision, in another state. */
    public Release in(String status, String description) {
        ObjectNode copy = json.deepCopy();
        copy.withObjectProperty("info").put("status", status).put("description", description);
        return new Release(copy, labels);
    }

    public Release in(String status) {
        return in(status, description());
    }

    /** The revision that takes a later one back to this: its content under the next number, not deployed yet. */
    public Release again(Release current, Instant now) {
        ObjectNode copy = json.deepCopy();
        copy.put("version", current.revision() + 1);
        ObjectNode info = copy.withObjectProperty("info");
        info.remove("deleted");
        info.set("first_deployed", current.json().at("/info/first_deployed"));
        info.put("last_deployed", now.toString());
        info.put("deleted", "");
        info.put("status", "pending-rollback");
        info.put("description", "Rollback to " + revision());
        if (copy.get("hooks") instanceof ArrayNode hooks) {
            hooks.forEach(each -> ((ObjectNode) each)
                    .putObject("last_run")
                    .put("started_at", "")
                    .put("completed_at", "")
                    .put("phase", ""));
        }
        return new Release(copy, labels);
    }
}
