package dev.millwright.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.config.Permission;
import dev.millwright.json.Json;
import java.util.List;
import java.util.Map;

/** What matters of an inspection: what is at its default is left out. */
public final class Digest {
    private static final int LAST_CHECKS = 3;

    private Digest() {}

    /** Of {@code GET /containers/{id}/json}, masked. */
    public static ObjectNode container(JsonNode told) {
        ObjectNode digest = Json.object();
        digest.put("id", Listing.shortened(told.path("Id").asText()));
        digest.put("image", told.path("Config").path("Image").asText());
        digest.put("image_id", Listing.shortened(told.path("Image").asText()));
        digest.set("state", state(told.path("State"), told.path("RestartCount").asInt()));
        command(digest, told.path("Config"));
        put(digest, "user", told.path("Config").path("User"));
        put(digest, "working_dir", told.path("Config").path("WorkingDir"));
        put(digest, "env", told.path("Config").path("Env"));
        put(digest, "labels", told.path("Config").path("Labels"));
        limits(digest, told.path("HostConfig"));
        JsonNode restart = told.path("HostConfig").path("RestartPolicy").path("Name");
        if (!restart.asText("no").equals("no")) {
            put(digest, "restart_policy", restart);
        }
        ArrayNode mounts = digest.arrayNode();
        for (JsonNode each : told.path("Mounts")) {
            mounts.add("%s %s%s -> %s%s"
                    .formatted(
                            each.path("Type").asText(),
                            each.path("Name").asText(""),
                            each.path("Type").asText().equals("volume")
                                    ? ""
                                    : each.path("Source").asText(),
                            each.path("Destination").asText(),
                            each.path("RW").asBoolean(true) ? "" : " (read-only)"));
        }
        put(digest, "mounts", mounts);
        network(digest, told);
        ArrayNode risks = digest.arrayNode();
        for (Map.Entry<Permission, String> each : Risks.of(told).entrySet()) {
            risks.add(Json.name(each.getKey()) + ": " + each.getValue());
        }
        put(digest, "reaches_into_host", risks);
        return digest;
    }

    /** Of {@code GET /images/{name}/json}, masked. */
    public static ObjectNode image(JsonNode told) {
        ObjectNode digest = Json.object();
        digest.put("id", Listing.shortened(told.path("Id").asText()));
        put(digest, "tags", told.path("RepoTags"));
        put(digest, "digests", told.path("RepoDigests"));
        digest.put("size", Listing.size(told.path("Size").asLong()));
        digest.put("layers", told.path("RootFS").path("Layers").size());
        put(digest, "created", told.path("Created"));
        digest.put(
                "platform",
                told.path("Os").asText() + "/" + told.path("Architecture").asText());
        JsonNode config = told.path("Config");
        command(digest, config);
        put(digest, "user", config.path("User"));
        put(digest, "working_dir", config.path("WorkingDir"));
        put(digest, "env", config.path("Env"));
        put(digest, "labels", config.path("Labels"));
        put(digest, "health_check", config.path("Healthcheck").path("Test"));
        names(digest, "ports", config.path("ExposedPorts"));
        names(digest, "volumes", config.path("Volumes"));
        return digest;
    }

    private static ObjectNode state(JsonNode state, int restarts) {
        ObjectNode digest = Json.object();
        digest.put("status", state.path("Status").asText());
        if (state.path("Running").asBoolean()) {
            put(digest, "started", state.path("StartedAt"));
        } else {
            digest.put("exit_code", state.path("ExitCode").asInt());
            put(digest, "finished", state.path("FinishedAt"));
        }
        if (state.path("OOMKilled").asBoolean()) {
            digest.put("oom_killed", true);
        }
        put(digest, "error", state.path("Error"));
        if (restarts > 0) {
            digest.put("restarts", restarts);
        }
        JsonNode health = state.path("Health");
        if (health.has("Status")) {
            put(digest, "health", health.path("Status"));
            if (!health.path("Status").asText().equals("healthy")) {
                ArrayNode checks = digest.arrayNode();
                JsonNode log = health.path("Log");
                for (int i = Math.max(0, log.size() - LAST_CHECKS); i < log.size(); i++) {
                    checks.add("exit %d: %s"
                            .formatted(
                                    log.path(i).path("ExitCode").asInt(),
                                    log.path(i).path("Output").asText().strip()));
                }
                put(digest, "last_health_checks", checks);
            }
        }
        return digest;
    }

    private static void command(ObjectNode digest, JsonNode config) {
        put(digest, "entrypoint", config.path("Entrypoint"));
        put(digest, "command", config.path("Cmd"));
    }

    private static void limits(ObjectNode digest, JsonNode host) {
        ObjectNode limits = Json.object();
        long memory = host.path("Memory").asLong();
        if (memory > 0) {
            limits.put("memory", memory);
        }
        long nano = host.path("NanoCpus").asLong();
        long quota = host.path("CpuQuota").asLong();
        if (nano > 0) {
            limits.put("cpus", nano / 1e9);
        } else if (quota > 0) {
            limits.put(
                    "cpus", (double) quota / Math.max(1, host.path("CpuPeriod").asLong(100_000)));
        }
        if (host.path("PidsLimit").asLong() > 0) {
            limits.put("pids", host.path("PidsLimit").asLong());
        }
        put(digest, "limits", limits);
    }

    private static void network(ObjectNode digest, JsonNode told) {
        JsonNode networks = told.path("NetworkSettings").path("Networks");
        ObjectNode addresses = Json.object();
        for (Map.Entry<String, JsonNode> each : networks.properties()) {
            addresses.put(each.getKey(), each.getValue().path("IPAddress").asText());
        }
        put(digest, "networks", addresses);
        ObjectNode ports = Json.object();
        for (Map.Entry<String, JsonNode> each :
                told.path("NetworkSettings").path("Ports").properties()) {
            JsonNode bound = each.getValue().path(0);
            ports.put(
                    each.getKey(),
                    bound.isMissingNode()
                            ? "not published"
                            : bound.path("HostIp").asText() + ":"
                                    + bound.path("HostPort").asText());
        }
        put(digest, "ports", ports);
    }

    private static void names(ObjectNode digest, String name, JsonNode of) {
        ArrayNode names = digest.arrayNode();
        List<String> all =
                of.properties().stream().map(Map.Entry::getKey).sorted().toList();
        all.forEach(names::add);
        put(digest, name, names);
    }

    private static void put(ObjectNode digest, String name, JsonNode value) {
        boolean empty = value.isNull()
                || value.isMissingNode()
                || value.isContainerNode() && value.isEmpty()
                || value.isTextual() && value.textValue().isEmpty();
        if (!empty) {
            digest.set(name, value);
        }
    }
}
