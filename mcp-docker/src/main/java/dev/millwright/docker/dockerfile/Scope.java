package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The variables of one stage, at any of its instructions, after those of the stage it is built on. */
final class Scope {
    /** @param since the moment from which it holds */
    private record Held(int since, Variable variable) {}

    private final Optional<Scope> outer;
    private final Map<String, List<Held>> names = new HashMap<>();
    private int now;

    Scope(Optional<Scope> outer) {
        this.outer = outer;
    }

    /** Moments count definitions, from 0 for none. */
    int now() {
        return now;
    }

    void define(Variable variable) {
        now++;
        names.computeIfAbsent(variable.name(), name -> new ArrayList<>(1)).add(new Held(now, variable));
    }

    Optional<Variable> find(String name, int moment) {
        Scope scope = this;
        int until = moment;
        while (true) {
            Optional<Variable> found = at(scope.names.getOrDefault(name, List.of()), until);
            if (found.isPresent()) {
                return found;
            }
            if (scope.outer.isEmpty()) {
                return Optional.empty();
            }
            scope = scope.outer.get();
            until = Integer.MAX_VALUE;
        }
    }

    /** The last that holds at the moment. */
    private static Optional<Variable> at(List<Held> held, int moment) {
        int low = 0;
        int high = held.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (held.get(middle).since() <= moment) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? Optional.empty() : Optional.of(held.get(low - 1).variable());
    }

    Map<String, Variable> all(int moment) {
        Map<String, Variable> all = new HashMap<>();
        for (Optional<Scope> scope = Optional.of(this); scope.isPresent(); scope = scope.get().outer) {
            for (String each : scope.get().names.keySet()) {
                find(each, moment).ifPresent(found -> all.put(each, found));
            }
        }
        return all;
    }
}
