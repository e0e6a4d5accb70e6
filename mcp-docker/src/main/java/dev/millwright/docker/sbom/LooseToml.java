package dev.millwright.docker.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;

/** TOML of lock files: a list of tables {@code [[package]]}. */
final class LooseToml {
    private static final TomlMapper MAPPER = new TomlMapper();

    private LooseToml() {}

    /** @throws IOException where there is no such list */
    static JsonNode packages(SeenFile file) throws IOException {
        JsonNode toml = MAPPER.readTree(file.bytes(PackageReader.TREE));
        JsonNode packages = toml.has("package") ? toml.path("package") : toml.path("packages");
        if (!packages.isArray() && !toml.isObject()) {
            throw new IOException("it has no list of packages");
        }
        return packages;
    }
}
