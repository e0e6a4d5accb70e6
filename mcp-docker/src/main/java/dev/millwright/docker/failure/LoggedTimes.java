package dev.millwright.docker.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.millwright.docker.build.BuildStep;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long the steps of a build took, by its log: of {@code --progress=plain} or {@code --progress=rawjson}.
 *
 * @param beside seconds of what the builder did beside the steps of the Dockerfile
 */
public record LoggedTimes(List<BuildStep> steps, double beside) {
    private static final Pattern LINE = Pattern.compile("^#(\\d+) (.*)$");
    private static final Pattern DONE = Pattern.compile("^DONE (\\d+(?:\\.\\d+)?)s$");
    private static final int MOST = 5_000;

    public LoggedTimes {
        steps = List.copyOf(steps);
    }

    /** No steps where it is another kind of log, or none. */
    public static LoggedTimes of(String log) {
        List<String> lines = new ArrayList<>(LogText.lines(log));
        lines.replaceAll(LogText::withoutTime);
        Map<String, BuildStep> steps = new LinkedHashMap<>();
        for (String line : lines) {
            Optional<JsonNode> object = JsonLog.object(line);
            if (object.isPresent()) {
                object.get().path("vertexes").forEach(each -> vertex(each, steps));
            } else {
                line(line, steps);
            }
        }
        double beside = steps.values().stream()
                .filter(each -> !isOfFile(each))
                .mapToDouble(BuildStep::seconds)
                .sum();
        return new LoggedTimes(
                steps.values().stream().filter(LoggedTimes::isOfFile).toList(), beside);
    }

    private static boolean isOfFile(BuildStep step) {
        return step.name().startsWith("[") && !step.name().startsWith("[internal]");
    }

    private static void vertex(JsonNode vertex, Map<String, BuildStep> steps) {
        String digest = vertex.path("digest").asText();
        if (digest.isEmpty() || steps.size() >= MOST && !steps.containsKey(digest)) {
            return;
        }
        steps.put(
                digest,
                new BuildStep(
                        vertex.path("name").asText(),
                        seconds(
                                vertex.path("started").asText(),
                                vertex.path("completed").asText()),
                        vertex.path("cached").asBoolean(),
                        !vertex.path("error").asText().isEmpty()));
    }

    private static double seconds(String started, String completed) {
        if (started.isEmpty() || completed.isEmpty()) {
            return 0;
        }
        try {
            long took = Duration.between(Instant.parse(started), Instant.parse(completed))
                    .toMillis();
            return Math.max(0, took) / 1000.0;
        } catch (DateTimeException | ArithmeticException e) {
            return 0;
        }
    }

    private static void line(String line, Map<String, BuildStep> steps) {
        Matcher matcher = LINE.matcher(line);
        if (!line.startsWith("#") || !matcher.find()) {
            return;
        }
        String number = matcher.group(1);
        String said = matcher.group(2);
        BuildStep known = steps.get(number);
        Matcher done = DONE.matcher(said);
        if (known == null) {
            if (steps.size() < MOST) {
                steps.put(number, new BuildStep(said, 0, false, false));
            }
        } else if (done.find()) {
            steps.put(number, new BuildStep(known.name(), Double.parseDouble(done.group(1)), false, false));
        } else if (said.equals("CACHED")) {
            steps.put(number, new BuildStep(known.name(), 0, true, false));
        } else if (said.startsWith("ERROR")) {
            steps.put(number, new BuildStep(known.name(), 0, false, true));
        }
    }
}
