package dev.millwright.docker.dockerjava;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.millwright.docker.engine.Answer;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import dev.millwright.docker.engine.EngineVersion;
import dev.millwright.docker.engine.Unreachable;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An engine over docker-java's transport: two pools of connections, one with a limit on time and one without. */
final class DockerJavaEngine implements Engine, AutoCloseable {
    /** More than this of a refusal says nothing new. */
    private static final int LONGEST_REFUSAL = 16 * 1024;

    private static final int LONGEST_MESSAGE = 1_000;

    /** Each container that is followed holds a connection; calls beyond this wait for each other. */
    private static final int CONNECTIONS = 128;

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Address address;
    private final Duration quick;
    private final SshTunnel tunnel;
    private Optional<Clients> clients = Optional.empty();
    private volatile Optional<EngineVersion> version = Optional.empty();

    private record Clients(DockerHttpClient quick, DockerHttpClient lasting) {}

    DockerJavaEngine(Address address, Duration quick, SshTunnel tunnel) {
        this.address = address;
        this.quick = quick;
        this.tunnel = tunnel;
    }

    @Override
    public String address() {
        return address.shown();
    }

    @Override
    public EngineVersion version() throws InterruptedException {
        Optional<EngineVersion> known = version;
        if (known.isEmpty()) {
            known = Optional.of(negotiate());
            version = known;
        }
        return known.get();
    }

    private EngineVersion negotiate() throws InterruptedException {
        Ask ask = Ask.get("/version");
        try (Answer answer = send(ask, "");
                InputStream body = answer.body()) {
            byte[] bytes = body.readNBytes(LONGEST);
            JsonNode told = Json.read(bytes, 0, bytes.length);
            boolean podman = answer.headers().containsKey("libpod-api-version")
                    || told.path("Components").path(0).path("Name").asText().startsWith("Podman");
            return EngineVersion.of(told, podman);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw ToolException.unavailable(
                    "what answers at " + address() + " is no Docker engine: " + e.getMessage(), e);
        } catch (IOException e) {
            throw Unreachable.of(ask, address(), e);
        }
    }

    @Override
    public Answer send(Ask ask) throws InterruptedException {
        return send(ask, "/v" + version().api());
    }

    private Answer send(Ask ask, String prefix) throws InterruptedException {
        DockerHttpClient client = client(ask.lasting());
        DockerHttpClient.Request.Builder request = DockerHttpClient.Request.builder();
        request.method(ask.method());
        request.path(prefix + ask.target()).headers(ask.headers());
        ask.body().ifPresent(request::body);
        ask.input().ifPresent(request::hijackedInput);
        Patience patience = ask.lasting() ? Patience.endless() : new Patience(quick);
        DockerHttpClient.Response response;
        try {
            response = client.execute(request.build());
        } catch (RuntimeException e) {
            ToolException failure =
                    Unreachable.of(ask, address(), patience.isOver() ? new SocketTimeoutException() : e);
            forget();
            throw failure;
        }
        if (response.getStatusCode() >= 400) {
            try (patience;
                    response) {
                throw refusal(ask, response);
            }
        }
        return new Answer(response.getStatusCode(), headers(response), patience.within(response.getBody()), () -> {
            patience.close();
            response.close();
        });
    }

    private ToolException refusal(Ask ask, DockerHttpClient.Response response) throws InterruptedException {
        String said;
        try {
            byte[] bytes = response.getBody().readNBytes(LONGEST_REFUSAL);
            said = message(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Unreachable.of(ask, address(), e);
        }
        String text = "the engine refused %s %s: %s".formatted(ask.method(), ask.path(), said);
        return switch (response.getStatusCode()) {
            case 400 -> ToolException.invalidInput(text);
            case 401, 403 -> ToolException.denied(text);
            case 404 -> ToolException.notFound(text);
            case 409 -> ToolException.conflict(text);
            default -> ToolException.unavailable(text);
        };
    }

    private static String message(String body) {
        String said;
        try {
            said = Json.read(body).path("message").asText(body).strip();
        } catch (JsonProcessingException e) {
            said = body.strip();
        }
        return said.length() > LONGEST_MESSAGE ? said.substring(0, LONGEST_MESSAGE) + "…" : said;
    }

    private static Map<String, String> headers(DockerHttpClient.Response response) {
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, List<String>> each : response.getHeaders().entrySet()) {
            if (!each.getValue().isEmpty()) {
                headers.put(
                        each.getKey().toLowerCase(Locale.ROOT), each.getValue().getFirst());
            }
        }
        return headers;
    }

    private synchronized DockerHttpClient client(boolean lasting) throws InterruptedException {
        if (clients.isEmpty()) {
            URI host = address.host().getScheme().equals("ssh") ? tunnel.to(address.host()) : address.host();
            clients = Optional.of(new Clients(client(host, Optional.of(quick)), client(host, Optional.empty())));
        }
        return lasting ? clients.get().lasting() : clients.get().quick();
    }

    private DockerHttpClient client(URI host, Optional<Duration> patience) {
        ZerodepDockerHttpClient.Builder builder = new ZerodepDockerHttpClient.Builder()
                .dockerHost(host)
                .maxConnections(CONNECTIONS)
                .connectionTimeout(CONNECT);
        address.certificates().ifPresent(folder -> builder.sslConfig(new Certificates(folder)));
        patience.ifPresent(builder::responseTimeout);
        return builder.build();
    }

    /** After a connection failed: the engine may have been replaced by another version, the tunnel may be gone. */
    private void forget() {
        version = Optional.empty();
        if (address.host().getScheme().equals("ssh")) {
            close();
        }
    }

    @Override
    public synchronized void close() {
        clients.ifPresent(both -> {
            closeQuietly(both.quick());
            closeQuietly(both.lasting());
        });
        clients = Optional.empty();
        tunnel.close();
    }

    private static void closeQuietly(DockerHttpClient client) {
        try {
            client.close();
        } catch (IOException e) {
            // it held nothing but connections
        }
    }
}
