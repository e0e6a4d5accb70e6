package dev.millwright.docker.repair;

import dev.millwright.docker.dockerfile.Edit;
import java.util.List;
import java.util.Optional;

/**
 * A way to do away with a finding.
 *
 * @param what it does, in a few words
 * @param condition under which it is right; empty for a safe one
 * @param guess whether nothing speaks for the condition, so that only a build shows it
 * @param edits of the file as it is
 */
record Fix(Safety safety, String what, Optional<String> condition, boolean guess, List<Edit> edits) {
    Fix {
        edits = List.copyOf(edits);
    }

    static Fix safe(String what, Edit... edits) {
        return new Fix(Safety.SAFE, what, Optional.empty(), false, List.of(edits));
    }

    static Fix when(String condition, String what, Edit... edits) {
        return new Fix(Safety.CONDITIONAL, what, Optional.of(condition), false, List.of(edits));
    }

    Fix asGuess() {
        return new Fix(safety, what, condition, true, edits);
    }

    boolean conflicts(Edit edit) {
        return edits.stream().anyMatch(edit::conflicts);
    }
}
