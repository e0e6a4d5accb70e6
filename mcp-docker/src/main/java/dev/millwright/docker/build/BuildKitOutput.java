package dev.millwright.docker.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.trace.Trace;
import dev.millwright.docker.trace.Vertex;
import dev.millwright.docker.trace.Warning;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What BuildKit answers: its trace, the image's id, and an error. */
final class BuildKitOutput implements BuildOutput {
    /** Kept of each step's output in the log, in characters from its end. */
    private static final int STEP_LOG = 200_000;

    private final Trace trace = new Trace();
    private final Set<String> told = new HashSet<>();
    private final Consumer<String> begun;
    private String image = "";
    private String error = "";

    /** @param begun takes the name of each step when it begins */
    BuildKitOutput(Consumer<String> begun) {
        this.begun = begun;
    }

    @Override
    public void take(JsonNode line) throws IOException {
        String id = line.path("id").asText();
        if (id.equals("moby.buildkit.trace")) {
            for (Vertex each : trace.add(line.path("aux").asText())) {
                if (!each.isInternal() && each.started().isPresent() && told.add(each.digest())) {
                    begun.accept(each.name());
                }
            }
        } else if (id.equals("moby.image.id")) {
            image = line.path("aux").path("ID").asText();
        } else if (line.has("errorDetail") || line.has("error")) {
            error = line.path("errorDetail")
                    .path("message")
                    .asText(line.path("error").asText());
        }
    }

    @Override
    public String image() {
        return error.isEmpty() ? image : "";
    }

    @Override
    public String error() {
        return error;
    }

    @Override
    public List<BuildStep> steps() {
        return trace.vertices().stream()
                .filter(each -> !each.isInternal())
                .map(each -> new BuildStep(
                        each.name(),
                        each.cached() ? 0 : each.took().map(Duration::toMillis).orElse(0L) / 1000.0,
                        each.cached(),
                        trace.failed()
                                .filter(failed -> failed.digest().equals(each.digest()))
                                .isPresent()))
                .toList();
    }

    @Override
    public List<String> warnings() {
        return trace.warnings().stream().map(Warning::text).toList();
    }

    /** In the form of {@code --progress=plain}. */
    @Override
    public String log() {
        StringBuilder log = new StringBuilder();
        List<Vertex> vertices = trace.vertices();
        for (int i = 0; i < vertices.size(); i++) {
            Vertex vertex = vertices.get(i);
            String number = "#" + (i + 1) + " ";
            log.append(number).append(vertex.name().replace('\n', ' ')).append('\n');
            String said = trace.log(vertex);
            said.substring(Math.max(0, said.length() - STEP_LOG))
                    .lines()
                    .forEach(line ->
                            log.append(number).append("0.000 ").append(line).append('\n'));
            if (!vertex.error().isEmpty()) {
                log.append(number)
                        .append("ERROR: ")
                        .append(vertex.error().replace('\n', ' '))
                        .append('\n');
            } else if (vertex.cached()) {
                log.append(number).append("CACHED\n");
            } else {
                vertex.took()
                        .ifPresent(took -> log.append(number)
                                .append("DONE ")
                                .append(took.toMillis() / 1000.0)
                                .append("s\n"));
            }
        }
        if (!error.isEmpty()) {
            log.append("ERROR: failed to solve: ").append(error).append('\n');
        }
        return log.toString();
    }
}
