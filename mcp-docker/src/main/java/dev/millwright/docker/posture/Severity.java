package dev.millwright.docker.posture;

/** How much a finding matters; the later the more. */
public enum Severity {
    INFO,
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL
}
