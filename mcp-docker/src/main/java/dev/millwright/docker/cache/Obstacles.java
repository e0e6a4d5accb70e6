package dev.millwright.docker.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What in manifests points back into the sources, so that they cannot be installed alone. */
final class Obstacles {
    private static final Pattern PIP_LOCAL = Pattern.compile(
            "(?m)^\\s*(-e\\s|--editable|\\./|\\.\\./|\\.\\s*$|file:|\\S+\\s*@\\s*file:|-r\\s|--requirement|-c\\s)");
    private static final Pattern GO_LOCAL = Pattern.compile("=>\\s*\\.{1,2}/");
    private static final Pattern GEM_LOCAL = Pattern.compile("(?m)(\\bpath:|:path\\s*=>|^\\s*gemspec\\b)");
    private static final List<String> SCRIPTS =
            List.of("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare");

    private Obstacles() {}

    /** One sentence on the first that is found. */
    static Optional<String> of(Installer installer, List<String> manifests, Context context) {
        for (String each : manifests) {
            Optional<String> found = context.text(each).flatMap(text -> in(installer, each, text));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> in(Installer installer, String name, String text) {
        return switch (installer.name()) {
            case "npm", "yarn", "pnpm" -> name.equals("package.json") ? node(text) : Optional.empty();
            case "pip" -> said(PIP_LOCAL.matcher(text).find(), name + " names files of the context");
            case "go" -> said(GO_LOCAL.matcher(text).find(), name + " replaces a module by a folder of the context");
            case "bundler" -> said(GEM_LOCAL.matcher(text).find(), name + " names a folder of the context");
            case "composer" ->
                said(
                        text.contains("\"path\"") && text.contains("\"repositories\""),
                        name + " names a folder of the context");
            default -> Optional.empty();
        };
    }

    private static Optional<String> node(String text) {
        JsonNode read;
        try {
            read = Json.read(text);
        } catch (JsonProcessingException e) {
            return Optional.of("package.json is not JSON");
        }
        for (String each : SCRIPTS) {
            if (read.path("scripts").has(each)) {
                return Optional.of("package.json has a script \"" + each + "\" that may need the sources: install with"
                        + " --ignore-scripts first, or leave it");
            }
        }
        if (read.has("workspaces")) {
            return Optional.of("package.json has workspaces: copy the package.json of each");
        }
        for (String kind : List.of("dependencies", "devDependencies", "optionalDependencies")) {
            for (JsonNode each : read.path(kind)) {
                if (each.asText().startsWith("file:") || each.asText().startsWith("link:")) {
                    return Optional.of("package.json depends on a folder of the context, " + each.asText());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> said(boolean holds, String sentence) {
        return holds ? Optional.of(sentence) : Optional.empty();
    }
}
