package dev.millwright.docker.posture;

import java.util.Comparator;
import java.util.Optional;

/**
 * Something about an image or container that should be otherwise.
 *
 * @param check {@code CIS-4.1} by the number of the CIS Docker Benchmark 1.6.0, else a name such as {@code secret-in-layer}
 * @param title what should be
 * @param evidence what is, and where; never a secret
 * @param fix what to do
 * @param path in the image, with a slash in front
 * @param layer from 0, the lowest
 */
public record Finding(
        String check,
        Severity severity,
        String title,
        String evidence,
        String fix,
        Optional<String> path,
        Optional<Integer> layer) {
    /** The worst first. */
    public static final Comparator<Finding> ORDER = Comparator.comparing(Finding::severity)
            .reversed()
            .thenComparing(Finding::check)
            .thenComparing(each -> each.path().orElse(""));

    static Finding of(String check, Severity severity, String title, String evidence, String fix) {
        return new Finding(check, severity, title, evidence, fix, Optional.empty(), Optional.empty());
    }

    Finding at(String where) {
        return new Finding(check, severity, title, evidence, fix, Optional.of(where), layer);
    }

    Finding inNoLayer() {
        return new Finding(check, severity, title, evidence, fix, path, Optional.empty());
    }

    Finding in(int index) {
        return new Finding(check, severity, title, evidence, fix, path, Optional.of(index));
    }
}
