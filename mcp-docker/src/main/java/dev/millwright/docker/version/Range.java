package dev.millwright.docker.version;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A range of versions as OSV writes it: a timeline of events, evaluated by the algorithm of the OSV schema.
 *
 * @param events in any order
 */
public record Range(List<Event> events) {
    /** What happens to the vulnerability at a version. */
    public enum Kind {
        /** It is there from this version on; {@code 0} is before all versions. */
        INTRODUCED,
        /** This version is the last with it. */
        LAST_AFFECTED,
        /** This version is the first without it. */
        FIXED,
        /** Nothing from this version on is told of; {@code *} is after all versions. */
        LIMIT
    }

    /** One event at a version. */
    public record Event(Kind kind, String version) {
        boolean fromTheBeginning() {
            return kind == Kind.INTRODUCED && version.equals("0");
        }
    }

    public Range {
        events = List.copyOf(events);
    }

    /** True when {@code version} lies in the range; false when the scheme does not understand it. */
    public boolean holds(Scheme scheme, String version) {
        if (!scheme.understands(version) || beyondAllLimits(scheme, version)) {
            return false;
        }
        boolean affected = false;
        for (Event event : inOrder(scheme)) {
            int beyond = event.fromTheBeginning() ? 1 : scheme.compare(version, event.version());
            switch (event.kind()) {
                case INTRODUCED -> affected |= beyond >= 0;
                case FIXED -> affected &= beyond < 0;
                case LAST_AFFECTED -> affected &= beyond <= 0;
                case LIMIT -> {}
            }
        }
        return affected;
    }

    /** The least version after {@code version} that the range calls fixed. */
    public Optional<String> fixAfter(Scheme scheme, String version) {
        return events.stream()
                .filter(event -> event.kind() == Kind.FIXED)
                .map(Event::version)
                .filter(fixed -> scheme.compare(fixed, version) > 0)
                .min(scheme);
    }

    private boolean beyondAllLimits(Scheme scheme, String version) {
        List<Event> limits =
                events.stream().filter(event -> event.kind() == Kind.LIMIT).toList();
        return !limits.isEmpty()
                && limits.stream()
                        .allMatch(
                                limit -> !limit.version().equals("*") && scheme.compare(version, limit.version()) >= 0);
    }

    private List<Event> inOrder(Scheme scheme) {
        return events.size() < 2
                ? events
                : events.stream()
                        .sorted(Comparator.comparing((Event event) -> !event.fromTheBeginning())
                                .thenComparing(Event::version, scheme)
                                .thenComparing(Event::kind))
                        .toList();
    }
}
