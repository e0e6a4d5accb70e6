package dev.millwright.docker.dockerfile;

/**
 * Why Docker would not build the file.
 *
 * @param line from 1
 */
public record Problem(Span span, int line, String message) {}
