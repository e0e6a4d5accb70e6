package dev.millwright.k8s.diagnose;

import dev.millwright.k8s.state.State;
import java.util.function.Consumer;

/** Looks for causes of one family; says nothing about what works. */
public interface Rule {
    void look(State state, Consumer<Finding> found);
}
