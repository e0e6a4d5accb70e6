package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.tool.ToolException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where contexts come from: the configured file; else those of {@code $KUBECONFIG}, and then nothing else; else {@code
 * ~/.kube/config}; else the credentials inside a pod. Files are read with each use and parsed again when they differ.
 */
final class Kubeconfigs {
    /** Name of the context that the credentials inside a pod make. */
    static final String IN_CLUSTER = "in-cluster";

    private record Parsed(Map<Path, byte[]> files, Kubeconfig config) {
        boolean isOf(Map<Path, byte[]> others) {
            return files.keySet().equals(others.keySet())
                    && files.entrySet().stream()
                            .allMatch(each -> Arrays.equals(each.getValue(), others.get(each.getKey())));
        }
    }

    private final Map<String, String> environment;
    private final Path serviceAccount;
    private final Map<List<Path>, Parsed> known = new ConcurrentHashMap<>();

    /** @param serviceAccount folder with the token, the authority and the namespace of a pod */
    Kubeconfigs(Map<String, String> environment, Path serviceAccount) {
        this.environment = Map.copyOf(environment);
        this.serviceAccount = serviceAccount;
    }

    Kubeconfig of(K8sReach reach) {
        if (reach.kubeconfig().isPresent()) {
            Path file = path(reach.kubeconfig().get());
            return parsed(List.of(file), "the configured kubeconfig " + file + " does not exist");
        }
        String listed = environment.getOrDefault("KUBECONFIG", "");
        if (!listed.isBlank()) {
            List<Path> files = Arrays.stream(listed.split(File.pathSeparator))
                    .filter(each -> !each.isBlank())
                    .map(this::path)
                    .distinct()
                    .toList();
            return parsed(files, "KUBECONFIG names " + listed + ", and there is no such file");
        }
        Path usual = path("~/.kube/config");
        if (Files.exists(usual)) {
            return parsed(List.of(usual), usual + " does not exist");
        }
        return inside().orElseThrow(() -> ToolException.unavailable(
                "there is no cluster to reach: no kubeconfig is configured, KUBECONFIG is not set, %s does not exist, and this is no pod (KUBERNETES_SERVICE_HOST is not set); name a file with --kubeconfig or in tenants.NAME.reach.k8s.kubeconfig"
                        .formatted(usual)));
    }

    private Path path(String written) {
        return written.equals("~") || written.startsWith("~/")
                ? Path.of(environment.getOrDefault("HOME", "/"), written.substring(1))
                : Path.of(written);
    }

    private Kubeconfig parsed(List<Path> paths, String missing) {
        Map<Path, byte[]> files = Kubeconfig.files(paths);
        if (files.isEmpty()) {
            throw ToolException.unavailable(missing);
        }
        Parsed before = known.get(paths);
        if (before != null && before.isOf(files)) {
            return before.config();
        }
        Kubeconfig config = Kubeconfig.of(files);
        known.put(paths, new Parsed(files, config));
        return config;
    }

    private Optional<Kubeconfig> inside() {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        Path token = serviceAccount.resolve("token");
        if (host.isEmpty() || !Files.exists(token)) {
            return Optional.empty();
        }
        ObjectNode cluster =
                Json.object().put("server", "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        if (Files.exists(serviceAccount.resolve("ca.crt"))) {
            cluster.put(
                    "certificate-authority", serviceAccount.resolve("ca.crt").toString());
        }
        Map<String, Kubeconfig.Target> contexts = new LinkedHashMap<>();
        contexts.put(
                IN_CLUSTER,
                new Kubeconfig.Target(
                        IN_CLUSTER,
                        IN_CLUSTER,
                        text(serviceAccount.resolve("namespace")),
                        IN_CLUSTER,
                        cluster,
                        IN_CLUSTER,
                        Json.object().put("tokenFile", token.toString())));
        return Optional.of(new Kubeconfig(contexts, Optional.of(IN_CLUSTER)));
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) {
            throw ToolException.unavailable(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
