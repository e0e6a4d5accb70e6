package dev.millwright.docker.dockerjava;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the engine that is meant, in the order of Docker's own command line: configuration, {@code DOCKER_HOST},
 * {@code DOCKER_CONTEXT}, the current context, the usual sockets. A context that is named and not there is an error, and
 * the certificates of one place are never used for another.
 */
final class Addresses {
    private static final Set<String> SCHEMES = Set.of("unix", "tcp", "npipe", "ssh", "http", "https");

    private final Map<String, String> environment;

    Addresses(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws ToolException {@code UNAVAILABLE} when what is named is not there or cannot be read */
    Address of(DockerReach reach) {
        if (reach.host().isPresent()) {
            return at(
                    reach.host().get(),
                    "tenants.*.reach.docker.host",
                    reach.certPath().map(Path::of));
        } else if (reach.context().isPresent()) {
            return context(reach.context().get(), reach.certPath().map(Path::of));
        }
        Optional<String> host = variable("DOCKER_HOST");
        if (host.isPresent()) {
            return at(host.get(), "DOCKER_HOST", reach.certPath().map(Path::of).or(this::environmentsCertificates));
        }
        Optional<String> context = variable("DOCKER_CONTEXT").or(this::currentContext);
        if (context.filter(name -> !name.equals("default")).isPresent()) {
            return context(context.get(), reach.certPath().map(Path::of));
        }
        return at(usualSocket(), "the usual socket", Optional.empty());
    }

    private Optional<Path> environmentsCertificates() {
        return variable("DOCKER_TLS_VERIFY")
                .map(any -> variable("DOCKER_CERT_PATH").map(Path::of).orElseGet(this::folder));
    }

    private String usualSocket() {
        Optional<String> runtime = variable("XDG_RUNTIME_DIR");
        return "unix://"
                + Stream.of(
                                Optional.of("/var/run/docker.sock"),
                                runtime.map(folder -> folder + "/docker.sock"),
                                Optional.of(home() + "/.docker/run/docker.sock"),
                                runtime.map(folder -> folder + "/podman/podman.sock"),
                                Optional.of("/run/podman/podman.sock"))
                        .flatMap(Optional::stream)
                        .filter(socket -> Files.exists(Path.of(socket)))
                        .findFirst()
                        .orElse("/var/run/docker.sock");
    }

    private Optional<String> currentContext() {
        Path file = folder().resolve("config.json");
        return read(file)
                .map(config -> config.path("currentContext").asText(""))
                .filter(name -> !name.isEmpty());
    }

    private Address context(String name, Optional<Path> certificates) {
        if (name.equals("default")) {
            return at(usualSocket(), "the usual socket", certificates);
        }
        String folder = sha256(name);
        Path contexts = folder().resolve("contexts");
        JsonNode meta = read(contexts.resolve("meta").resolve(folder).resolve("meta.json"))
                .orElseThrow(() -> ToolException.unavailable("the Docker context " + name
                        + " is not there; docker context ls" + " shows those of " + contexts));
        String host = meta.path("Endpoints").path("docker").path("Host").asText("");
        if (host.isEmpty()) {
            throw ToolException.unavailable("the Docker context " + name + " names no engine");
        }
        Path tls = contexts.resolve("tls").resolve(folder).resolve("docker");
        return at(
                host,
                "Docker context " + name,
                certificates.or(() -> Optional.of(tls).filter(Files::isDirectory)));
    }

    private static Address at(String host, String source, Optional<Path> certificates) {
        try {
            URI uri = new URI(host);
            String scheme = Optional.ofNullable(uri.getScheme()).orElse("");
            boolean socket = List.of("unix", "npipe").contains(scheme);
            if (!SCHEMES.contains(scheme) || (socket ? uri.getPath().isEmpty() : uri.getHost() == null)) {
                throw unfit(host, source);
            }
            return new Address(uri, socket || scheme.equals("ssh") ? Optional.empty() : certificates);
        } catch (URISyntaxException e) {
            throw unfit(host, source);
        }
    }

    private static ToolException unfit(String host, String source) {
        return ToolException.unavailable(source + " must be like unix:///var/run/docker.sock, tcp://host:2376 or"
                + " ssh://user@host, got \"" + host + "\"");
    }

    private static Optional<JsonNode> read(Path file) {
        try {
            return Optional.of(Json.read(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw ToolException.unavailable(file + " is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw ToolException.unavailable(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Path folder() {
        return variable("DOCKER_CONFIG").map(Path::of).orElseGet(() -> Path.of(home(), ".docker"));
    }

    private String home() {
        return variable("HOME").orElseGet(() -> System.getProperty("user.home"));
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
