package dev.millwright.sandbox;

import dev.millwright.tool.ToolException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The first of several sandboxes that works here; refuses when none does. */
final class Strongest implements Sandbox {
    private final List<Sandbox> candidates;
    private final Once<Optional<Sandbox>> chosen = new Once<>(this::choose);

    /** @param candidates strongest first; those behind one that works are not tried */
    Strongest(List<Sandbox> candidates) {
        this.candidates = List.copyOf(candidates);
    }

    private Optional<Sandbox> choose() {
        return candidates.stream()
                .filter(candidate -> candidate.probe().works())
                .findFirst();
    }

    @Override
    public String backend() {
        return chosen.get().map(Sandbox::backend).orElse("none");
    }

    @Override
    public Probe probe() {
        return chosen.get().map(Sandbox::probe).orElseGet(() -> new Probe("none", Optional.of(problem()), List.of()));
    }

    private String problem() {
        return candidates.stream()
                .map(candidate -> candidate.probe().problem().orElseThrow())
                .collect(Collectors.joining("; "));
    }

    @Override
    public Receipt run(Command command, OutputListener listener) throws InterruptedException {
        return chosen.get()
                .orElseThrow(() -> ToolException.unavailable(problem()))
                .run(command, listener);
    }
}
