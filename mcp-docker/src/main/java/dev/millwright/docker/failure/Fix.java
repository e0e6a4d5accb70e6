package dev.millwright.docker.failure;

import java.util.List;

/**
 * What may mend a failure.
 *
 * @param id names the kind of fix in feedback, as in {@code apt-rename}
 * @param what for a person, one sentence
 * @param automatic whether the edits are the whole fix and safe to try
 * @param odds that it mends the failure, 0 to 1, from what was learned or, before that, from judgement
 */
public record Fix(String id, String what, boolean automatic, double odds, List<Edit> edits) {
    public Fix {
        edits = List.copyOf(edits);
    }

    Fix withOdds(double known) {
        return new Fix(id, what, automatic, known, edits);
    }
}
