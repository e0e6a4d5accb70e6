package dev.millwright.docker.lint;

/** How bad a finding is, worst first. */
public enum Severity {
    ERROR,
    WARNING,
    INFO,
    STYLE,
    /** Not told unless asked for. */
    IGNORE;

    public boolean isAtLeast(Severity other) {
        return compareTo(other) <= 0;
    }
}
