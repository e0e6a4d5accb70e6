package dev.millwright.k8s.logs;

import java.time.Instant;
import java.util.Optional;

/** Compares times that may be unknown; what is known wins. */
final class Times {
    private Times() {}

    static Optional<Instant> earlier(Optional<Instant> a, Optional<Instant> b) {
        return a.isEmpty() || b.isPresent() && b.get().isBefore(a.get()) ? b : a;
    }

    static Optional<Instant> later(Optional<Instant> a, Optional<Instant> b) {
        return a.isEmpty() || b.isPresent() && b.get().isAfter(a.get()) ? b : a;
    }
}
