package dev.millwright.docker.trace;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The steps of a build with BuildKit, gathered from {@code moby.buildkit.trace}: messages of type {@code
 * control.StatusResponse} of {@code github.com/moby/buildkit/api/services/control}.
 */
public final class Trace {
    /** What is kept of a step's output, in characters from its end. */
    private static final int MOST = 1_000_000;

    private static final int MOST_STEPS = 5_000;

    private final Map<String, Vertex> vertices = new LinkedHashMap<>();
    private final Map<String, StringBuilder> logs = new LinkedHashMap<>();
    private final List<Warning> warnings = new ArrayList<>();

    /**
     * Takes one message.
     *
     * @param base64 as the field {@code aux} of a line has it
     * @return steps it tells of, as far as they are known now
     */
    public List<Vertex> add(String base64) throws IOException {
        List<Vertex> told = new ArrayList<>();
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IOException("BuildKit's progress is not in Base64", e);
        }
        Protobuf status = new Protobuf(bytes);
        for (int field = status.next(); field != 0; field = status.next()) {
            switch (field) {
                case 1 -> {
                    Vertex vertex = vertex(status.message());
                    if (vertices.size() < MOST_STEPS || vertices.containsKey(vertex.digest())) {
                        told.add(vertices.merge(vertex.digest(), vertex, Vertex::and));
                    }
                }
                case 3 -> log(status.message());
                case 4 -> warning(status.message());
                default -> status.skip();
            }
        }
        return told;
    }

    private static Vertex vertex(Protobuf in) throws IOException {
        String digest = "";
        String name = "";
        boolean cached = false;
        Optional<Instant> started = Optional.empty();
        Optional<Instant> completed = Optional.empty();
        String error = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> digest = in.text();
                case 3 -> name = in.text();
                case 4 -> cached = in.number() != 0;
                case 5 -> started = Optional.of(time(in.message()));
                case 6 -> completed = Optional.of(time(in.message()));
                case 7 -> error = in.text();
                default -> in.skip();
            }
        }
        return new Vertex(digest, name, cached, started, completed, error);
    }

    private static Instant time(Protobuf in) throws IOException {
        long seconds = 0;
        long nanos = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> seconds = in.number();
                case 2 -> nanos = in.number();
                default -> in.skip();
            }
        }
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException | ArithmeticException e) {
            throw new IOException("a time in a message of BuildKit is out of range", e);
        }
    }

    private void log(Protobuf in) throws IOException {
        String vertex = "";
        String text = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> vertex = in.text();
                case 4 -> text = in.text();
                default -> in.skip();
            }
        }
        if (logs.size() < MOST_STEPS || logs.containsKey(vertex)) {
            StringBuilder log =
                    logs.computeIfAbsent(vertex, any -> new StringBuilder()).append(text);
            if (log.length() > 2 * MOST) {
                log.delete(0, log.length() - MOST);
            }
        }
    }

    private void warning(Protobuf in) throws IOException {
        for (int field = in.next(); field != 0; field = in.next()) {
            if (field == 3) {
                String text = in.text();
                if (warnings.size() < 100 && !warnings.contains(new Warning(text))) {
                    warnings.add(new Warning(text));
                }
            } else {
                in.skip();
            }
        }
    }

    /** In the order they were first told of. */
    public List<Vertex> vertices() {
        return List.copyOf(vertices.values());
    }

    /** What a step printed, its end where that is long. */
    public String log(Vertex vertex) {
        return logs.getOrDefault(vertex.digest(), new StringBuilder()).toString();
    }

    public List<Warning> warnings() {
        return List.copyOf(warnings);
    }

    /** The step that failed, not those that were given up with it. */
    public Optional<Vertex> failed() {
        return vertices.values().stream()
                .filter(each -> !each.error().isEmpty() && !each.error().contains("context canceled"))
                .reduce((one, other) -> other);
    }
}
