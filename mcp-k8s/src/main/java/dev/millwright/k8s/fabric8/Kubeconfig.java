package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What kubeconfig files say, merged as kubectl merges them: of two things with one name the first counts, and so does the
 * first current context.
 *
 * <p>Paths in them are relative to the file they are in.
 */
record Kubeconfig(Map<String, Target> contexts, Optional<String> current) {
    /**
     * A context with all it names.
     *
     * @param source files it is from
     * @param namespace empty where the context has none
     * @param cluster entry of the cluster; missing where there is none of that name
     * @param user entry of the user; empty object for a context without one
     */
    record Target(
            String source,
            String context,
            String namespace,
            String clusterName,
            JsonNode cluster,
            String userName,
            JsonNode user) {}

    private static final List<String> CLUSTER_PATHS = List.of("certificate-authority");
    private static final List<String> USER_PATHS = List.of("client-certificate", "client-key", "tokenFile");
    private static final YAMLMapper YAML = new YAMLMapper();

    /** @throws ToolException {@code UNAVAILABLE} for a file that cannot be read, or is none; it never quotes what is in it */
    static Kubeconfig of(Map<Path, byte[]> files) {
        Map<String, JsonNode> clusters = new LinkedHashMap<>();
        Map<String, JsonNode> users = new LinkedHashMap<>();
        Map<String, JsonNode> contexts = new LinkedHashMap<>();
        Optional<String> current = Optional.empty();
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
            JsonNode config = read(file.getKey(), file.getValue());
            Path folder = Optional.ofNullable(file.getKey().toAbsolutePath().getParent())
                    .orElse(file.getKey());
            collect(config, "clusters", "cluster", CLUSTER_PATHS, folder, clusters);
            collect(config, "users", "user", USER_PATHS, folder, users);
            collect(config, "contexts", "context", List.of(), folder, contexts);
            String its = config.path("current-context").asText("");
            if (current.isEmpty() && !its.isEmpty()) {
                current = Optional.of(its);
            }
        }
        Map<String, Target> targets = new LinkedHashMap<>();
        contexts.forEach((name, context) -> {
            String cluster = context.path("cluster").asText("");
            String user = context.path("user").asText("");
            targets.put(
                    name,
                    new Target(
                            files.keySet().toString(),
                            name,
                            context.path("namespace").asText(""),
                            cluster,
                            clusters.getOrDefault(cluster, Json.object().path("missing")),
                            user,
                            users.getOrDefault(user, Json.object())));
        });
        return new Kubeconfig(targets, current);
    }

    private static JsonNode read(Path file, byte[] bytes) {
        try {
            JsonNode config = YAML.readTree(new String(bytes, StandardCharsets.UTF_8));
            if (config.isObject()) {
                return config;
            } else if (config.isMissingNode() || config.isNull()) {
                return Json.object();
            }
        } catch (JsonProcessingException e) {
            throw ToolException.unavailable("the kubeconfig %s is no YAML%s"
                    .formatted(
                            file,
                            e.getLocation() == null
                                    ? ""
                                    : ": line " + e.getLocation().getLineNr()));
        }
        throw ToolException.unavailable("the kubeconfig " + file + " is no kubeconfig: it holds no mapping");
    }

    private static void collect(
            JsonNode config, String list, String member, List<String> paths, Path folder, Map<String, JsonNode> into) {
        for (JsonNode each : config.path(list)) {
            String name = each.path("name").asText("");
            ObjectNode entry = each.path(member).isObject() ? each.path(member).deepCopy() : Json.object();
            for (String path : paths) {
                String value = entry.path(path).asText("");
                if (!value.isEmpty()) {
                    entry.put(path, folder.resolve(value).toString());
                }
            }
            String command = entry.at("/exec/command").asText("");
            // As kubectl has it: a name alone is looked for in PATH, a path is relative to the file.
            if (command.indexOf('/') > 0) {
                entry.withObjectProperty("exec")
                        .put("command", folder.resolve(command).toString());
            }
            into.putIfAbsent(name, entry);
        }
    }

    /** The files there are of a list of paths. */
    static Map<Path, byte[]> files(List<Path> paths) {
        Map<Path, byte[]> files = new LinkedHashMap<>();
        for (Path each : paths) {
            try {
                if (Files.exists(each)) {
                    files.put(each, Files.readAllBytes(each));
                }
            } catch (IOException e) {
                throw ToolException.unavailable("the kubeconfig " + each + " cannot be read: " + e.getMessage(), e);
            }
        }
        return files;
    }
}
