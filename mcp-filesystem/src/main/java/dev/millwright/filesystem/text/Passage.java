package dev.millwright.filesystem.text;

import java.util.OptionalLong;

/**
 * A part of a text.
 *
 * @param firstLine number of the line it begins in, from 1; empty when counting would mean reading all before it
 * @param lastLine number of the line it ends in
 * @param from byte it begins at
 * @param to byte after its last
 * @param midLine whether it ends within a line
 * @param totalLines known when the end was seen
 * @param more whether what was asked for goes on after {@code to}
 */
public record Passage(
        String text,
        OptionalLong firstLine,
        OptionalLong lastLine,
        long from,
        long to,
        boolean midLine,
        OptionalLong totalLines,
        boolean more) {}
