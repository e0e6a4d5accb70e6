package dev.millwright.docker.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What pins Python's packages: {@code requirements.txt}, {@code Pipfile.lock}, and the TOML of Poetry, uv and PDM. */
final class PythonLock {
    private static final Pattern PINNED = Pattern.compile(
            "(?<name>[A-Za-z0-9][A-Za-z0-9._-]*+)\\s*+(?:\\[[^\\]]*+\\])?+\\s*+(?<pin>={2,3})\\s*(?<version>[^\\s;,#*]+)(?![^\\s;,#]).*");
    private static final Pattern NAMED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*\\s*(?:$|[\\[<>=!~;@ ,]).*");

    /** With all its hashes, a requirement has a tenth of it. */
    private static final int LONGEST_LINE = 64_000;

    private PythonLock() {}

    /** Only exact pins name a version; how many have none is told. */
    static void requirements(SeenFile file, Found found) throws IOException {
        String text = file.text(PackageReader.TEXT).replaceAll("\\\\\\r?\\n", " ");
        int unpinned = 0;
        for (String raw : (Iterable<String>) text.lines()::iterator) {
            String line = raw.length() > LONGEST_LINE
                    ? ""
                    : raw.replaceFirst("(^|\\s)#.*", "").strip();
            Matcher pinned = PINNED.matcher(line);
            if (pinned.matches()) {
                found.add(Ecosystem.PYPI, "", PythonPackage.normal(pinned.group("name")), pinned.group("version"));
            } else if (NAMED.matcher(line).matches()) {
                unpinned++;
            }
        }
        if (unpinned > 0) {
            found.problem(unpinned + " of its requirements name no exact version (name==1.2.3), and are left out");
        }
    }

    static void pipfile(SeenFile file, Found found) throws IOException {
        JsonNode json = LooseJson.object(file.bytes(PackageReader.TREE));
        for (JsonNode section : new JsonNode[] {json.path("default"), json.path("develop")}) {
            section.properties().forEach(each -> {
                String version = each.getValue().path("version").asText();
                if (version.startsWith("==")) {
                    String exact = version.replaceFirst("^=+", "");
                    found.add(Ecosystem.PYPI, "", PythonPackage.normal(each.getKey()), exact);
                }
            });
        }
    }

    /** Without those whose source is a folder: the project's own. */
    static void toml(SeenFile file, Found found) throws IOException {
        for (JsonNode each : LooseToml.packages(file)) {
            JsonNode source = each.path("source");
            boolean own = source.has("editable")
                    || source.has("virtual")
                    || source.has("directory")
                    || source.path("type").asText().equals("directory");
            String version = each.path("version").asText();
            if (!own && !version.isEmpty()) {
                found.add(
                        Ecosystem.PYPI,
                        "",
                        PythonPackage.normal(each.path("name").asText()),
                        version);
            }
        }
    }
}
