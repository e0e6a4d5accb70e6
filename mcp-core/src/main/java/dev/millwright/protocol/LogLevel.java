package dev.millwright.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Levels of log messages to the client, least severe first (RFC 5424). */
public enum LogLevel {
    DEBUG,
    INFO,
    NOTICE,
    WARNING,
    ERROR,
    CRITICAL,
    ALERT,
    EMERGENCY;

    public static Optional<LogLevel> of(String name) {
        return Arrays.stream(values())
                .filter(level -> level.wire().equals(name))
                .findFirst();
    }

    /** As on the wire: lower-case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
