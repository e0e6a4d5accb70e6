package dev.millwright.docker.cache;

import dev.millwright.docker.build.BuildStep;
import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Stage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How long the steps of a build took, by the instructions they came from. */
public final class StepTimes {
    /** No build is known. */
    public static final StepTimes NONE = new StepTimes(List.of(), 0);

    /** As in {@code [build 2/5] COPY . .}. */
    private static final Pattern NAME = Pattern.compile("(?s)\\[(?:(?:\\S+ )*?(\\S+) )?\\d+/\\d+\\] (.*)");

    private record Timed(String stage, String text, double seconds) {}

    private final List<Timed> all;
    private final double beside;

    /**
     * @param steps of the build; of those from the cache it is not known how long they take
     * @param beside seconds that a build takes beside its steps: sending the context, writing the image
     */
    public StepTimes(List<BuildStep> steps, double beside) {
        this.all = steps.stream()
                .filter(each -> !each.cached() && !each.failed())
                .flatMap(StepTimes::timed)
                .toList();
        this.beside = beside;
    }

    private static Stream<Timed> timed(BuildStep step) {
        Matcher name = NAME.matcher(step.name());
        return name.matches()
                ? Stream.of(
                        new Timed(Optional.ofNullable(name.group(1)).orElse(""), plain(name.group(2)), step.seconds()))
                : Stream.empty();
    }

    /** Whether no step is known. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    double beside() {
        return beside;
    }

    /**
     * Of an instruction, whatever is mounted for it now, and at most for one that has lost its last commands; empty where
     * the build did not run it, or not in this form.
     */
    Optional<Double> of(Dockerfile file, Stage stage, Instruction one) {
        String text = plain(one.span().in(file.text()));
        Stream<Timed> same = all.stream()
                .filter(each -> isOf(each.stage(), stage))
                .filter(each -> each.text().equals(text)
                        || one.is(Keyword.RUN) && each.text().startsWith(text + " &&"));
        return same.map(Timed::seconds).findFirst();
    }

    /** BuildKit names no stage where one alone is built. */
    private static boolean isOf(String name, Stage stage) {
        return name.isEmpty() || stage.isCalled(name) || name.equals("stage-" + stage.index());
    }

    /** As builders show an instruction: on one line, blanks joined; without what is about a cache, and comments between its lines. */
    private static String plain(String text) {
        StringBuilder joined = new StringBuilder();
        for (String line : text.split("\n")) {
            String part = line.strip();
            if (!part.startsWith("#")) {
                joined.append(part.endsWith("\\") ? part.substring(0, part.length() - 1) : part)
                        .append(' ');
            }
        }
        String line = joined.toString().replaceAll("\\s+", " ").strip();
        int end = line.indexOf(' ');
        String keyword = end < 0 ? line : line.substring(0, end);
        String rest = line.substring(keyword.length());
        return Keyword.RUN.name().equalsIgnoreCase(keyword)
                ? keyword.toUpperCase(Locale.ROOT)
                        + rest.replaceFirst("^( --mount=\\S+)+", "").replace(" --no-cache-dir", "")
                : keyword.toUpperCase(Locale.ROOT) + rest;
    }
}
