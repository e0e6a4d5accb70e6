package dev.millwright.docker.dockerfile;

import java.util.Optional;

/**
 * A name and its value, of {@code ENV}, {@code LABEL} or {@code ARG}.
 *
 * @param value as written, with its quotes; empty for an {@code ARG} without default
 * @param spaced whether a space stands between them: {@code ENV name value}
 */
public record Pair(Word name, Optional<Word> value, boolean spaced) {}
