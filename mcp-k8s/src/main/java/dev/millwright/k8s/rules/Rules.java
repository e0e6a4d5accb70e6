package dev.millwright.k8s.rules;

import dev.millwright.k8s.diagnose.Rule;
import java.util.List;

/** The list of all rules. */
public final class Rules {
    public static final List<Rule> ALL = List.of(
            new Images(),
            new Crashes(),
            new Probes(),
            new Databases(),
            new References(),
            new Mounts(),
            new Creations(),
            new Sandboxes(),
            new Waits(),
            new Removals(),
            new Resizes());

    private Rules() {}
}
