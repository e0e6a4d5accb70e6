package dev.millwright.docker.failure;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What may mend a failure of each class. */
final class Fixes {
    private static final Map<FailureClass, Consumer<Proposals>> ALL = new HashMap<>();

    static {
        Stream.of(
                        ImageFixes.ALL,
                        RegistryFixes.ALL,
                        AptFixes.ALL,
                        SystemPackageFixes.ALL,
                        NodeFixes.ALL,
                        PythonFixes.ALL,
                        LanguageFixes.ALL,
                        GoFixes.ALL,
                        JvmFixes.ALL,
                        NetworkFixes.ALL,
                        CommandFixes.ALL,
                        SystemFixes.ALL)
                .forEach(ALL::putAll);
    }

    private Fixes() {}

    /** Likeliest first, each id once. */
    static List<Fix> of(Classifier.Decision decision, Step step, Surroundings around) {
        Proposals proposals = new Proposals(decision, step, around);
        Consumer<Proposals> propose = ALL.get(decision.kind());
        if (propose == null) {
            throw new IllegalStateException("no fixes for " + decision.kind());
        }
        propose.accept(proposals);
        Set<String> seen = new HashSet<>();
        return proposals.fixes().stream()
                .filter(fix -> seen.add(fix.id()))
                .sorted(Comparator.comparingDouble(Fix::odds).reversed())
                .toList();
    }
}
