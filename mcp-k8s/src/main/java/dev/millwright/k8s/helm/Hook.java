package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/** Something of a release that runs at a moment of its life; its entry in the release's {@code hooks}, changed in place. */
public record Hook(ObjectNode json) {
    /** Before everything else of its kind goes: what a hook without a policy has (helm {@code pkg/action/hooks.go}). */
    static final String BEFORE = "before-hook-creation";

    static final String SUCCEEDED = "hook-succeeded";
    static final String FAILED = "hook-failed";

    /** By weight, then as objects are installed, then by name. */
    static final Comparator<Hook> ORDER = Comparator.comparingInt(Hook::weight)
            .thenComparingInt(hook -> Items.order(hook.kind()))
            .thenComparing(Hook::kind)
            .thenComparing(Hook::name);

    public String name() {
        return json.path("name").asText();
    }

    public String kind() {
        return json.path("kind").asText();
    }

    String manifest() {
        return json.path("manifest").asText();
    }

    int weight() {
        return json.path("weight").asInt();
    }

    boolean runsAt(String event) {
        return texts("events").contains(event);
    }

    boolean goes(String policy) {
        Set<String> policies = texts("delete_policies");
        return policies.isEmpty() ? policy.equals(BEFORE) : policies.contains(policy);
    }

    void began(Instant now) {
        json.putObject("last_run")
                .put("started_at", now.toString())
                .put("completed_at", "")
                .put("phase", "Running");
    }

    void ended(Instant now, boolean well) {
        json.withObjectProperty("last_run")
                .put("completed_at", now.toString())
                .put("phase", well ? "Succeeded" : "Failed");
    }

    private Set<String> texts(String member) {
        Set<String> texts = new TreeSet<>();
        for (JsonNode each : json.path(member)) {
            texts.add(each.asText());
        }
        return texts;
    }
}
