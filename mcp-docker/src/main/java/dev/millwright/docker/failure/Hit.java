package dev.millwright.docker.failure;

/**
 * A line that says why.
 *
 * @param weak whether what it says also follows other failures
 * @param at index of the line in the step's output, from 0
 * @param subject what it is about, as in a package's name; empty where the line does not say
 */
record Hit(FailureClass kind, boolean weak, int at, String line, String subject) {}
