package dev.millwright.docker.trace;

/** What BuildKit warns of, as in {@code JSONArgsRecommended: …}. */
public record Warning(String text) {}
