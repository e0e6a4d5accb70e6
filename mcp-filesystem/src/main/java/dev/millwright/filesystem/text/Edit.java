package dev.millwright.filesystem.text;

import java.util.OptionalInt;

/**
 * A replacement of literal text.
 *
 * @param expectedCount how often {@code old} must occur; all of these are replaced
 * @param occurrence which of them is meant, from 1; then {@code expectedCount} does not matter
 * @param startLine the line a hit must begin in
 */
public record Edit(String old, String replacement, int expectedCount, OptionalInt occurrence, OptionalInt startLine) {}
