package dev.millwright.sandbox;

import java.util.List;
import java.util.Optional;

/**
 * What a sandbox can do on this machine.
 *
 * @param problem why it cannot run anything, with what to install or allow
 * @param weaknesses limits that hold less well than asked for, one sentence each
 */
public record Probe(String backend, Optional<String> problem, List<String> weaknesses) {
    public Probe {
        weaknesses = List.copyOf(weaknesses);
    }

    public boolean works() {
        return problem.isEmpty();
    }
}
