package dev.millwright.k8s.config;

import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import java.util.List;

/** How the Kubernetes server works, for all tenants. */
public record K8sConfig(
        @Doc(value = "Tools offered: read, ops (scale, restart, fix), helm, admin.", orElse = "[\"read\", \"ops\"]")
        List<ToolGroup> toolsets,

        @Doc(value = "Seconds that one request to an API server may take.", min = 1, max = 600, orElse = "30")
        int requestSeconds,

        @Doc(value = "Objects of one kind that a call reads at most.", min = 100, max = 1_000_000, orElse = "20000")
        int maxObjects,

        @Doc(
                value = "Bytes of one container's log that a call reads at most.",
                min = 1_000,
                max = 100_000_000,
                orElse = "2000000")
        int maxLogBytes,

        @Doc(
                value =
                        "Lists that are read often and kept by watches, while serving over HTTP; 0 for none. Never Secrets.",
                min = 0,
                max = 1_000,
                orElse = "40")
        int watches,

        @Doc(
                value = "Bytes of all objects so kept, as JSON; the memory they take is several times that.",
                min = 100_000,
                max = 1_000_000_000,
                orElse = "20000000")
        int watchBytes) {
    public K8sConfig {
        toolsets = List.copyOf(toolsets);
    }

    /** All defaults. */
    public static K8sConfig defaults() {
        return Schema.of(K8sConfig.class, Schema.Keys.KEBAB).bind(Json.object());
    }
}
