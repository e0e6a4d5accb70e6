package dev.millwright.docker.posture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a container.
 *
 * @param inspect the engine's {@code GET /containers/ID/json}
 * @param engine {@code GET /info}
 * @param image {@code GET /images/ID/json} of its image
 * @param execs {@code GET /exec/ID/json} of each of its {@code ExecIDs}
 * @param processes command lines as {@code GET /containers/ID/top} tells them; empty where it does not run
 * @param newest id of the image that its reference names now
 */
public record ContainerFacts(
        JsonNode inspect,
        Optional<JsonNode> engine,
        Optional<JsonNode> image,
        List<JsonNode> execs,
        List<String> processes,
        Optional<String> newest) {
    /** A port of the host's that leads into the container. */
    record Published(String port, String hostIp, int hostPort) {}

    /** A file or folder in the container that lies elsewhere. */
    record Mount(String type, String source, String target, boolean writable, String propagation) {}

    public ContainerFacts {
        execs = List.copyOf(execs);
        processes = List.copyOf(processes);
    }

    /** With nothing known but what inspecting it tells. */
    public static ContainerFacts of(JsonNode inspect) {
        return new ContainerFacts(inspect, Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.empty());
    }

    JsonNode host(String field) {
        return inspect.path("HostConfig").path(field);
    }

    JsonNode config(String field) {
        return inspect.path("Config").path(field);
    }

    /** Each option as {@code name=value}; older engines write {@code name:value}. */
    List<String> securityOptions() {
        return texts(host("SecurityOpt")).stream()
                .map(each -> each.indexOf('=') < 0 ? each.replaceFirst(":", "=") : each)
                .toList();
    }

    /** Ports as they are published while it runs, as they will be otherwise. */
    List<Published> published() {
        JsonNode running = inspect.path("NetworkSettings").path("Ports");
        JsonNode ports = running.isEmpty() ? host("PortBindings") : running;
        List<Published> all = new ArrayList<>();
        ports.properties()
                .forEach(port -> port.getValue()
                        .forEach(binding -> all.add(new Published(
                                port.getKey(),
                                binding.path("HostIp").asText(),
                                binding.path("HostPort").asInt()))));
        return all;
    }

    List<Mount> mounts() {
        List<Mount> all = new ArrayList<>();
        inspect.path("Mounts")
                .forEach(each -> all.add(new Mount(
                        each.path("Type").asText(),
                        each.path("Source").asText(),
                        each.path("Destination").asText(),
                        each.path("RW").asBoolean(true),
                        each.path("Propagation").asText())));
        return all;
    }

    /** What it runs: entry point and command. */
    String command() {
        return inspect.path("Path").asText() + " " + String.join(" ", texts(inspect.path("Args")));
    }

    /** The texts of an array; none of anything else. */
    public static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        (array.isArray() ? array : Json.array()).forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
