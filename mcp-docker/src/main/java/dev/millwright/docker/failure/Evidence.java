package dev.millwright.docker.failure;

/**
 * A line of the failing step, as it was printed.
 *
 * @param line in the step's output, from 1
 */
public record Evidence(int line, String text) {}
