package dev.millwright.docker.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** {@code package-lock.json} and {@code npm-shrinkwrap.json}, of lockfileVersion 1, 2 and 3. */
final class NpmLock {
    private static final String MODULES = "node_modules/";

    private NpmLock() {}

    static void read(SeenFile file, Found found) throws IOException {
        JsonNode json = LooseJson.object(file.bytes(PackageReader.TREE));
        if (json.path("packages").isObject()) {
            json.path("packages").properties().forEach(each -> installed(each, found));
        } else if (json.path("dependencies").isObject()) {
            tree(json.path("dependencies"), found);
        } else if (!json.has("lockfileVersion")) {
            throw new IOException("it has neither packages nor dependencies");
        }
    }

    /** By where it is installed. What is not below node_modules is the project's own, what is a link too. */
    private static void installed(Map.Entry<String, JsonNode> each, Found found) {
        int at = each.getKey().lastIndexOf(MODULES);
        JsonNode told = each.getValue();
        if (at >= 0 && !told.path("link").asBoolean()) {
            String name = told.path("name").asText(each.getKey().substring(at + MODULES.length()));
            add(name, told.path("version").asText(), found);
        }
    }

    private static void tree(JsonNode dependencies, Found found) {
        for (Map.Entry<String, JsonNode> each : dependencies.properties()) {
            String version = each.getValue().path("version").asText();
            if (version.startsWith("npm:")) {
                int at = version.lastIndexOf('@');
                add(version.substring(4, Math.max(4, at)), version.substring(at + 1), found);
            } else {
                add(each.getKey(), version, found);
            }
            tree(each.getValue().path("dependencies"), found);
        }
    }

    /** From elsewhere than a registry, there is no version but an address: no advisory speaks of it. */
    static void add(String name, String version, Found found) {
        if (!version.isEmpty() && Character.isDigit(version.charAt(0))) {
            found.add(name.isEmpty() ? NodePackage.component("?", version) : NodePackage.component(name, version));
        }
    }
}
