package dev.millwright.docker.config;

import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import java.util.List;
import java.util.Optional;

/** How the Docker server works, for all tenants. */
public record DockerConfig(
        @Doc(
                value = "Tools offered: read, build (builds, sandboxes, release checks), manage (containers).",
                orElse = "[\"read\", \"build\", \"manage\"]")
        List<ToolGroup> toolsets,

        @Doc(
                value =
                        "Seconds that one quick request to an engine may take; builds, logs and images may take longer.",
                min = 1,
                max = 600,
                orElse = "30")
        int requestSeconds,

        @Doc(
                value = "Bytes of an image or archive that a call reads at most.",
                min = 1_000_000,
                max = 1_000_000_000_000L,
                orElse = "20000000000")
        long maxImageBytes,

        @Doc(
                value = "Bytes of a build's context at most, after .dockerignore.",
                min = 1_000,
                max = 100_000_000_000L,
                orElse = "2000000000")
        long maxContextBytes,

        @Doc(
                "Service that names and versions of packages are sent to, for their vulnerabilities, as https://api.osv.dev; default: none, the imported database alone is asked.")
        Optional<String> osvEndpoint) {
    public DockerConfig {
        toolsets = List.copyOf(toolsets);
        if (osvEndpoint.isPresent() && !osvEndpoint.get().matches("https?://[^\\s/?#]+(/[^\\s?#]*)?")) {
            throw new IllegalArgumentException(
                    "osv-endpoint must be as https://api.osv.dev, got \"" + osvEndpoint.get() + "\"");
        }
    }

    /** All defaults. */
    public static DockerConfig defaults() {
        return Schema.of(DockerConfig.class, Schema.Keys.KEBAB).bind(Json.object());
    }
}
