package dev.millwright.docker.dockerfile;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What an instruction does. */
public enum Keyword {
    ADD,
    ARG,
    CMD,
    COPY,
    ENTRYPOINT,
    ENV,
    EXPOSE,
    FROM,
    HEALTHCHECK,
    LABEL,
    MAINTAINER,
    ONBUILD,
    RUN,
    SHELL,
    STOPSIGNAL,
    USER,
    VOLUME,
    WORKDIR,
    /** A word that Docker does not know. */
    UNKNOWN;

    private static final Map<String, Keyword> BY_NAME = new HashMap<>();

    static {
        for (Keyword each : values()) {
            if (each != UNKNOWN) {
                BY_NAME.put(each.name(), each);
            }
        }
    }

    static Keyword of(String word) {
        return BY_NAME.getOrDefault(word.toUpperCase(Locale.ROOT), UNKNOWN);
    }

    /** Whether its arguments may be a JSON array. */
    boolean takesJson() {
        return switch (this) {
            case ADD, CMD, COPY, ENTRYPOINT, RUN, SHELL, VOLUME -> true;
            case ARG, ENV, EXPOSE, FROM, HEALTHCHECK, LABEL, MAINTAINER, ONBUILD, STOPSIGNAL, USER, WORKDIR, UNKNOWN ->
                false;
        };
    }
}
