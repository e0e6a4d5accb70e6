package dev.millwright.k8s.rules;

import dev.millwright.k8s.diagnose.Rule;
import java.util.List;

/** The list of all rules. */
public final class Rules {
    public static final List<Rule> ALL = List.of();

    private Rules() {}
}
