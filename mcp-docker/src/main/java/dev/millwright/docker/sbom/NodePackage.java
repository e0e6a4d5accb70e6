package dev.millwright.docker.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** An npm package that is installed: {@code node_modules/name/package.json}, {@code node_modules/@scope/name/package.json}. */
final class NodePackage implements PackageReader {
    private static final Pattern PATH = Pattern.compile("(?:.*/)?node_modules/(?:@[^/]+/)?[^/@.][^/]*/package\\.json");

    @Override
    public boolean wants(String path) {
        return path.endsWith("/package.json") && PATH.matcher(path).matches();
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        JsonNode json = LooseJson.object(file.bytes(4 << 20));
        String name = json.path("name").asText();
        String version = json.path("version").asText();
        if (name.isEmpty() || version.isEmpty()) {
            return; // a folder of a package that only says how its files are to be read
        }
        Component component = component(name, version);
        JsonNode licence = json.path("license");
        String licensed = licence.isObject() ? licence.path("type").asText() : licence.asText();
        found.add(licensed.isEmpty() ? component : component.licensed(List.of(licensed)));
    }

    /** By its full name, with the scope. */
    static Component component(String name, String version) {
        int slash = name.startsWith("@") ? name.indexOf('/') : -1;
        return Component.of(
                Ecosystem.NPM, slash < 0 ? "" : name.substring(0, slash), name.substring(slash + 1), version);
    }
}
