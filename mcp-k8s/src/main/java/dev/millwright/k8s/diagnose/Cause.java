package dev.millwright.k8s.diagnose;

import dev.millwright.k8s.model.Ref;
import java.util.List;
import java.util.Set;

/**
 * A root cause, with all that comes of it.
 *
 * @param finding the cause itself
 * @param symptoms what was found wrong because of it, worst first
 * @param affects everything that does not work on its account
 */
public record Cause(Finding finding, List<Finding> symptoms, Set<Ref> affects) {
    public Cause {
        symptoms = List.copyOf(symptoms);
        affects = Set.copyOf(affects);
    }
}
