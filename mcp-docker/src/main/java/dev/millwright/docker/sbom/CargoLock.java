package dev.millwright.docker.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** {@code Cargo.lock} of every version: what has no source is the workspace's own. */
final class CargoLock {
    private CargoLock() {}

    static void read(SeenFile file, Found found) throws IOException {
        for (JsonNode each : LooseToml.packages(file)) {
            if (each.path("source").asText().contains("registry")
                    || each.path("source").asText().startsWith("sparse")) {
                found.add(
                        Ecosystem.CARGO,
                        "",
                        each.path("name").asText(),
                        each.path("version").asText());
            }
        }
    }
}
