package dev.millwright.k8s.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kinds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Logs, programs and ports of pods, as a kubelet gives them. */
final class PodStreams {
    private record Run(String namespace, String pod, String container, boolean previous) {}

    private record Line(Instant time, String text) {}

    private final Objects objects;
    private final Map<Run, String> logs = new ConcurrentHashMap<>();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private volatile Optional<StubApiServer.Program> program = Optional.empty();
    private volatile Clock clock;

    PodStreams(Objects objects, Clock clock) {
        this.objects = objects;
        this.clock = clock;
    }

    void clock(Clock clock) {
        this.clock = clock;
    }

    void log(String namespace, String pod, String container, boolean previous, String text) {
        logs.put(new Run(namespace, pod, container, previous), text);
    }

    void program(StubApiServer.Program program) {
        this.program = Optional.of(program);
    }

    void port(String namespace, String pod, int port, int local) {
        ports.put(namespace + "/" + pod + ":" + port, local);
    }

    /** Text of a log, as the query asks. */
    byte[] log(String namespace, String name, Wire.Request request) {
        ObjectNode pod = objects.get(Kinds.POD, namespace, name);
        String container = container(pod, request.parameter("container"));
        boolean previous = request.flag("previous");
        if (!request.parameter("sinceSeconds").isEmpty()
                && !request.parameter("sinceTime").isEmpty()) {
            throw new Refusal(
                    422,
                    "Invalid",
                    "PodLogOptions \"\" is invalid: sinceSeconds: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified");
        }
        Optional<String> text = Optional.ofNullable(logs.get(new Run(namespace, name, container, previous)));
        JsonNode status = status(pod, container);
        if (previous && text.isEmpty()) {
            throw Refusal.badRequest(
                    "previous terminated container \"%s\" in pod \"%s\" not found".formatted(container, name));
        }
        JsonNode waiting = status.at("/state/waiting");
        if (!previous && text.isEmpty() && (status.isMissingNode() || !waiting.isMissingNode())) {
            String reason = waiting.path("reason").asText();
            throw Refusal.badRequest("container \"%s\" in pod \"%s\" is waiting to start: %s"
                    .formatted(
                            container,
                            name,
                            switch (reason) {
                                case "ImagePullBackOff", "ErrImagePull" -> "trying and failing to pull image";
                                case "" -> "ContainerCreating";
                                default -> reason;
                            }));
        }
        return text.map(found -> cut(found, status, request)).orElse(new byte[0]);
    }

    private byte[] cut(String text, JsonNode status, Wire.Request request) {
        if (text.startsWith("unable to retrieve container logs")) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        List<Line> lines = lines(text, status);
        Optional<Instant> since = request.parameter("sinceTime").isEmpty()
                ? request.parameter("sinceSeconds").isEmpty()
                        ? Optional.empty()
                        : Optional.of(clock.instant().minusSeconds(Long.parseLong(request.parameter("sinceSeconds"))))
                : Optional.of(Instant.parse(request.parameter("sinceTime")));
        List<Line> wanted = lines.stream()
                .filter(line -> since.isEmpty() || !line.time().isBefore(since.get()))
                .toList();
        String tail = request.parameter("tailLines");
        if (!tail.isEmpty()) {
            wanted = wanted.subList(Math.max(0, wanted.size() - Integer.parseInt(tail)), wanted.size());
        }
        boolean times = request.flag("timestamps");
        byte[] all = wanted.stream()
                .map(line -> (times ? line.time() + " " : "") + line.text() + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        String limit = request.parameter("limitBytes");
        return limit.isEmpty() ? all : Arrays.copyOf(all, Math.min(all.length, Integer.parseInt(limit)));
    }

    /** A line's time is what it begins with, where a test wrote it so; else a millisecond after the line before. */
    private List<Line> lines(String text, JsonNode status) {
        List<Line> lines = new ArrayList<>();
        Instant time = first(status.at("/state/running/startedAt"), status.at("/lastState/terminated/startedAt"));
        for (String each : text.lines().toList()) {
            int space = each.indexOf(' ');
            Optional<Instant> own = space > 0 ? time(each.substring(0, space)) : Optional.empty();
            time = own.orElse(time.plusMillis(1));
            lines.add(new Line(time, own.isPresent() ? each.substring(space + 1) : each));
        }
        return lines;
    }

    private Instant first(JsonNode... times) {
        return Arrays.stream(times)
                .flatMap(each -> time(each.asText()).stream())
                .findFirst()
                .orElseGet(() -> clock.instant().minusSeconds(60));
    }

    /** A kubelet's own time: with a fraction, in UTC. */
    private static Optional<Instant> time(String text) {
        try {
            return text.length() >= 20 && text.charAt(10) == 'T' && text.endsWith("Z")
                    ? Optional.of(Instant.parse(text))
                    : Optional.empty();
        } catch (DateTimeException e) {
            // A word of the line.
            return Optional.empty();
        }
    }

    private static String container(ObjectNode pod, String named) {
        List<String> names = new ArrayList<>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            pod.path("spec")
                    .path(list)
                    .forEach(each -> names.add(each.path("name").asText()));
        }
        String name = pod.at("/metadata/name").asText();
        if (named.isEmpty()) {
            JsonNode containers = pod.at("/spec/containers");
            if (containers.size() == 1) {
                return containers.get(0).path("name").asText();
            }
            throw Refusal.badRequest("a container name must be specified for pod %s, choose one of: %s"
                    .formatted(
                            name,
                            StreamSupport.stream(containers.spliterator(), false)
                                    .map(each -> each.path("name").asText())
                                    .collect(Collectors.joining(" ", "[", "]"))));
        }
        if (!names.contains(named)) {
            throw Refusal.badRequest("container %s is not valid for pod %s".formatted(named, name));
        }
        return named;
    }

    private static JsonNode status(ObjectNode pod, String container) {
        for (String list : List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")) {
            for (JsonNode each : pod.path("status").path(list)) {
                if (each.path("name").asText().equals(container)) {
                    return each;
                }
            }
        }
        return Json.object().path("none");
    }

    void exec(String namespace, String name, Wire.Exchange exchange, boolean closesStreams) throws IOException {
        Wire.Request request = exchange.request();
        ObjectNode pod = objects.get(Kinds.POD, namespace, name);
        String container = container(pod, request.parameter("container"));
        if (!request.flag("stdin") && !request.flag("stdout") && !request.flag("stderr")) {
            throw Refusal.badRequest("you must specify at least 1 of stdin, stdout, stderr");
        }
        if (status(pod, container).at("/state/running").isMissingNode()) {
            throw new Refusal(
                    500,
                    "InternalError",
                    "Internal error occurred: unable to upgrade connection: container not found (\"%s\")"
                            .formatted(container));
        }
        Frames frames = exchange.upgrade(protocol(request, closesStreams));
        List<String> argv = request.query().getOrDefault("command", List.of());
        byte[] stdin = request.flag("stdin") ? stdin(frames, request, closesStreams) : new byte[0];
        if (program.isEmpty()) {
            frames.send(
                    3,
                    Json.write(new Refusal(
                                    500,
                                    "InternalError",
                                    "Internal error occurred: error executing command in container: failed to exec in container: failed to start exec \"5d1c\": OCI runtime exec failed: exec failed: unable to start container process: exec: \"%s\": executable file not found in $PATH: unknown"
                                            .formatted(argv.getFirst()))
                            .status()));
            frames.close(1000);
            return;
        }
        // The client's close is seen while the program runs: it is interrupted then, as a lost connection ends it.
        Thread running = Thread.currentThread();
        Thread watching = Thread.ofVirtual().start(() -> {
            try {
                if (frames.receive().isEmpty()) {
                    running.interrupt();
                }
            } catch (IOException e) {
                running.interrupt();
            }
        });
        try {
            StubApiServer.Ended ended =
                    program.get().run(new StubApiServer.Started(namespace, name, container, argv, stdin));
            if (request.flag("stdout")) {
                pieces(frames, 1, ended.stdout());
            }
            if (request.flag("stderr")) {
                pieces(frames, 2, ended.stderr());
            }
            frames.send(3, Json.write(status(ended.exitCode())));
            frames.close(1000);
            watching.join();
        } catch (InterruptedException e) {
            // The client is gone.
            return;
        }
    }

    private static String protocol(Wire.Request request, boolean closesStreams) {
        List<String> offered =
                List.of(request.header("sec-websocket-protocol").orElse("").split("\\s*,\\s*"));
        if (closesStreams && offered.contains("v5.channel.k8s.io")) {
            return "v5.channel.k8s.io";
        } else if (offered.contains("v4.channel.k8s.io")) {
            return "v4.channel.k8s.io";
        }
        throw Refusal.badRequest(
                "unable to upgrade: unable to negotiate protocol: client supports %s, server supports [v4.channel.k8s.io]"
                        .formatted(offered));
    }

    /** What the client sends until it closes the stream, which only v5 can; of v4 the first message. */
    private static byte[] stdin(Frames frames, Wire.Request request, boolean closesStreams) throws IOException {
        boolean v5 = protocol(request, closesStreams).startsWith("v5");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Optional<Frames.Message> next = frames.receive();
        while (next.isPresent()) {
            if (next.get().channel() == 255) {
                return all.toByteArray();
            }
            all.write(next.get().bytes());
            if (!v5) {
                return all.toByteArray();
            }
            next = frames.receive();
        }
        return all.toByteArray();
    }

    private static void pieces(Frames frames, int channel, String text) throws IOException {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < all.length; from += 32 * 1024) {
            frames.send(channel, Arrays.copyOfRange(all, from, Math.min(all.length, from + 32 * 1024)));
        }
    }

    private static ObjectNode status(int exitCode) {
        ObjectNode status = Json.object().<ObjectNode>set("metadata", Json.object());
        if (exitCode == 0) {
            return status.put("status", "Success");
        }
        status.put("status", "Failure")
                .put("message", "command terminated with non-zero exit code: exit status " + exitCode)
                .put("reason", "NonZeroExitCode");
        status.putObject("details")
                .putArray("causes")
                .addObject()
                .put("reason", "ExitCode")
                .put("message", Integer.toString(exitCode));
        return status;
    }

    /** Channels 0 (data) and 1 (errors) of the one port, each begun with the port in two bytes, little-endian. */
    void forward(String namespace, String name, Wire.Exchange exchange) throws IOException {
        Wire.Request request = exchange.request();
        ObjectNode pod = objects.get(Kinds.POD, namespace, name);
        if (!pod.at("/status/phase").asText().equals("Running")) {
            throw new Refusal(
                    500,
                    "InternalError",
                    "Internal error occurred: unable to forward port because pod is not running. Current status=%s"
                            .formatted(pod.at("/status/phase").asText()));
        }
        int port = Integer.parseInt(request.parameter("ports"));
        Frames frames = exchange.upgrade(protocol(request, false));
        byte[] number = {(byte) port, (byte) (port >> 8)};
        frames.send(0, number);
        frames.send(1, number);
        Integer local = ports.get(namespace + "/" + name + ":" + port);
        if (local == null) {
            frames.send(
                    1,
                    "error forwarding port %d to pod 5d1c, uid : failed to execute portforward in network namespace \"/var/run/netns/cni-1\": failed to connect to localhost:%d inside namespace \"5d1c\", IPv4: dial tcp4 127.0.0.1:%d: connect: connection refused"
                            .formatted(port, port, port));
            frames.close(1000);
            return;
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), local)) {
            Thread.ofVirtual().start(() -> copy(socket, frames));
            Optional<Frames.Message> next = frames.receive();
            while (next.isPresent()) {
                if (next.get().channel() == 0) {
                    socket.getOutputStream().write(next.get().bytes());
                }
                next = frames.receive();
            }
        }
    }

    private static void copy(Socket from, Frames to) {
        try {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[32 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                to.send(0, buffer, n);
            }
            to.close(1000);
        } catch (IOException e) {
            // One of the two is gone: so is the other in a moment.
            return;
        }
    }
}
