package dev.millwright.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.docker.config.Permission;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What of a container reaches into its host. */
public final class Risks {
    private static final List<String> NAMESPACES =
            List.of("NetworkMode", "PidMode", "IpcMode", "UTSMode", "UsernsMode");

    private Risks() {}

    /** Each with what causes it, from {@code GET /containers/{id}/json}. */
    public static Map<Permission, String> of(JsonNode container) {
        Map<Permission, String> found = new LinkedHashMap<>();
        JsonNode host = container.path("HostConfig");
        if (host.path("Privileged").asBoolean()) {
            found.put(Permission.PRIVILEGED, "it is privileged");
        } else if (!host.path("CapAdd").isEmpty()) {
            found.put(Permission.PRIVILEGED, "it has the capabilities " + host.path("CapAdd"));
        } else if (!host.path("Devices").isEmpty()) {
            found.put(Permission.PRIVILEGED, "it has devices of the host");
        }
        for (String each : NAMESPACES) {
            if (host.path(each).asText().equals("host")) {
                found.put(Permission.HOST_NAMESPACES, each + " is host");
            }
        }
        mount(container, true).ifPresent(source -> found.put(Permission.ENGINE_SOCKET, "it sees " + source));
        mount(container, false).ifPresent(source -> found.put(Permission.HOST_MOUNTS, "it sees " + source));
        return found;
    }

    /**
     * Refuses what the tenant is not allowed.
     *
     * @param action what would be done, as in {@code start}
     * @throws ToolException {@code DENIED} naming the setting that would allow it
     */
    public static void refuse(DockerReach reach, JsonNode container, String action) {
        Map<Permission, String> refused = of(container);
        refused.keySet().removeIf(reach::allows);
        if (!refused.isEmpty()) {
            throw ToolException.denied("%s of %s is refused: %s; reach.docker.allow would have to hold %s"
                    .formatted(
                            action,
                            Containers.name(container),
                            String.join(", ", refused.values()),
                            refused.keySet().stream().map(Json::name).collect(Collectors.joining(", "))));
        }
    }

    private static Optional<String> mount(JsonNode container, boolean socket) {
        return StreamSupport.stream(container.path("Mounts").spliterator(), false)
                .filter(each -> each.path("Type").asText().equals("bind"))
                .map(each -> each.path("Source").asText())
                .filter(source -> isSocket(source) == socket)
                .findFirst();
    }

    /** The socket itself, or a folder it is in. */
    private static boolean isSocket(String source) {
        return source.endsWith("docker.sock")
                || source.endsWith("podman.sock")
                || source.endsWith("containerd.sock")
                || source.equals("/run")
                || source.equals("/var/run")
                || source.equals("/");
    }
}
