package dev.millwright.k8s.logs;

import java.util.Locale;

/** How bad a line says it is, mildest first. */
public enum Level {
    /** It does not say. */
    NONE,
    DEBUG,
    INFO,
    WARNING,
    ERROR,
    FATAL;

    /** What loggers call it, in any case; numbers as bunyan and pino write them. */
    static Level named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "trace", "debug", "verbose", "fine", "finer", "finest", "dbg", "trc", "10", "20" -> DEBUG;
            case "info", "notice", "information", "informational", "log", "hint", "detail", "statement", "inf", "30" ->
                INFO;
            case "warn", "warning", "wrn", "40" -> WARNING;
            case "error", "err", "err!", "eror", "50" -> ERROR;
            case "fatal", "critical", "crit", "alert", "emerg", "emergency", "severe", "panic", "ftl", "dpanic", "60" ->
                FATAL;
            default -> NONE;
        };
    }

    /** Says of itself that it is no error. */
    boolean isMild() {
        return this == DEBUG || this == INFO || this == WARNING;
    }
}
