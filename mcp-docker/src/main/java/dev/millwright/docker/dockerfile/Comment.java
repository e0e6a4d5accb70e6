package dev.millwright.docker.dockerfile;

/**
 * A line that is a comment.
 *
 * @param text what follows the {@code #}, stripped
 * @param span from the {@code #} to the end of the line
 * @param line from 1
 */
public record Comment(String text, Span span, int line) {}
