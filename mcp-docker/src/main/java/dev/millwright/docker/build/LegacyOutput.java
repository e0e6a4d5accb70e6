package dev.millwright.docker.build;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the builder before BuildKit answers: its log in pieces. */
final class LegacyOutput implements BuildOutput {
    private static final int MOST_LOG = 2_000_000;
    private static final Pattern STEP = Pattern.compile("^Step (\\d+/\\d+) : (.*)$");
    private static final Pattern RUNNING = Pattern.compile("^ ---> Running in ([0-9a-f]{12,64})$");
    private static final Pattern LAYER = Pattern.compile("^ ---> ([0-9a-f]{12,64})$");
    private static final Pattern REMOVED = Pattern.compile("^Removing intermediate container ([0-9a-f]{12,64})$");

    private final LongSupplier nanos;
    private final Consumer<String> begun;
    private final StringBuilder log = new StringBuilder();
    private final StringBuilder line = new StringBuilder();
    private final List<BuildStep> steps = new ArrayList<>();
    private final Set<String> containers = new LinkedHashSet<>();
    private final List<String> warnings = new ArrayList<>();
    private String layer = "";
    private String image = "";
    private String error = "";
    private String step = "";
    private boolean cached;
    private long since;

    /** @param begun takes the name of each step when it begins */
    LegacyOutput(LongSupplier nanos, Consumer<String> begun) {
        this.nanos = nanos;
        this.begun = begun;
    }

    @Override
    public void take(JsonNode told) {
        if (told.has("stream")) {
            stream(told.path("stream").asText());
        } else if (told.path("aux").has("ID")) {
            image = told.path("aux").path("ID").asText();
        } else if (told.has("errorDetail") || told.has("error")) {
            error = told.path("errorDetail")
                    .path("message")
                    .asText(told.path("error").asText());
            if (!log.isEmpty() && log.charAt(log.length() - 1) != '\n') {
                log.append('\n');
            }
            log.append(error).append('\n');
            end(true);
        }
    }

    private void stream(String text) {
        log.append(text);
        if (log.length() > 2 * MOST_LOG) {
            log.delete(0, log.length() - MOST_LOG);
        }
        for (char c : text.toCharArray()) {
            if (c == '\n') {
                line(line.toString());
                line.setLength(0);
            } else if (line.length() < 4_000) {
                line.append(c);
            }
        }
    }

    private void line(String text) {
        Matcher begins = STEP.matcher(text);
        Matcher running = RUNNING.matcher(text);
        Matcher made = LAYER.matcher(text);
        Matcher removed = REMOVED.matcher(text);
        if (begins.matches()) {
            end(false);
            step = "[" + begins.group(1) + "] " + begins.group(2);
            since = nanos.getAsLong();
            begun.accept(step);
        } else if (running.matches()) {
            containers.add(running.group(1));
        } else if (removed.matches()) {
            containers.remove(removed.group(1));
        } else if (made.matches()) {
            layer = made.group(1);
        } else if (text.equals(" ---> Using cache")) {
            cached = true;
        } else if (text.startsWith("Successfully built ")) {
            end(false);
        } else if (text.startsWith("[Warning] ")) {
            warnings.add(text.substring(10));
        }
    }

    private void end(boolean failed) {
        if (!step.isEmpty()) {
            long took = (nanos.getAsLong() - since) / 1_000_000;
            steps.add(new BuildStep(step, cached ? 0 : took / 1000.0, cached, failed));
        }
        step = "";
        cached = false;
    }

    /** Containers that steps ran in and that were not told to be removed. */
    List<String> containers() {
        return List.copyOf(containers);
    }

    /** The layer that was made last, or taken from the cache; empty text before the first. */
    String layer() {
        return layer;
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
        return List.copyOf(steps);
    }

    @Override
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public String log() {
        return log.toString();
    }
}
