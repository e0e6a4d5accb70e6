package dev.millwright.docker.cache;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What of a build runs again.
 *
 * @param first step that does, empty where none does
 * @param runs the {@code RUN} steps among them
 * @param seconds until the last stage is done, where stages that need nothing of each other are built at once
 * @param untimed {@code RUN} steps whose time is not known
 */
record Rerun(Optional<String> first, List<Invalidation.Rebuilt> runs, double seconds, List<String> untimed) {
    Rerun {
        runs = List.copyOf(runs);
        untimed = List.copyOf(untimed);
    }

    /** @param touched which steps a change touches; those after them, and what is built on them, run again too */
    static Rerun of(Dockerfile file, Predicate<Instruction> touched, StepTimes times) {
        Stages stages = Stages.of(file);
        Optional<String> first = Optional.empty();
        List<Invalidation.Rebuilt> runs = new ArrayList<>();
        List<String> untimed = new ArrayList<>();
        Map<Integer, Double> ends = new HashMap<>();
        Set<Stage> needed = stages.last().map(stages::neededBy).orElse(Set.of());
        for (Stage stage : stages.all()) {
            if (!needed.contains(stage)) {
                continue;
            }
            int parent = stage.parent().orElse(-1);
            boolean stale = ends.containsKey(parent);
            double at = ends.getOrDefault(parent, 0.0);
            for (Instruction each : stage.instructions()) {
                List<Integer> taken =
                        sources(each, stages).filter(ends::containsKey).toList();
                if (!stale && (touched.test(each) || !taken.isEmpty())) {
                    stale = true;
                    first = first.isEmpty() ? Optional.of(Invalidation.step(file, each)) : first;
                }
                if (!stale) {
                    continue;
                }
                for (int from : taken) {
                    at = Math.max(at, ends.get(from));
                }
                Optional<Double> seconds = times.of(file, stage, each);
                at += seconds.orElse(0.0);
                if (each.is(Keyword.RUN)) {
                    runs.add(new Invalidation.Rebuilt(Invalidation.step(file, each), seconds));
                    if (seconds.isEmpty()) {
                        untimed.add(Invalidation.step(file, each));
                    }
                }
            }
            if (stale) {
                ends.put(stage.index(), at);
            }
        }
        double end =
                stages.last().map(last -> ends.getOrDefault(last.index(), 0.0)).orElse(0.0);
        return new Rerun(first, runs, end, untimed);
    }

    /** The stages that an instruction takes something from. */
    private static Stream<Integer> sources(Instruction one, Stages stages) {
        Stream<String> names = one.is(Keyword.COPY)
                ? one.flagValue("from").stream()
                : one.is(Keyword.RUN)
                        ? one.flags("mount").stream()
                                .flatMap(
                                        each -> Optional.ofNullable(each.parts().get("from")).stream())
                        : Stream.of();
        return names.flatMap(each -> stages.find(each).stream()).map(Stage::index);
    }
}
