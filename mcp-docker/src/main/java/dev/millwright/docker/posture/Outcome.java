package dev.millwright.docker.posture;

import java.util.Optional;

/**
 * What one check of the CIS Docker Benchmark 1.6.0 gave.
 *
 * @param number {@code 4.1} to {@code 4.12} for images, {@code 5.1} to {@code 5.32} for containers
 * @param detail what was seen where it fails, what is missing where it could not be told; else empty
 */
public record Outcome(String number, String title, Verdict verdict, Severity severity, String detail, String fix) {
    /** Whether it holds. */
    public enum Verdict {
        PASS,
        FAIL,
        /** What was given does not tell. */
        UNKNOWN
    }

    /** One that fails, as a finding. */
    public Optional<Finding> finding() {
        return verdict == Verdict.FAIL
                ? Optional.of(Finding.of("CIS-" + number, severity, title, detail, fix))
                : Optional.empty();
    }
}
