package dev.millwright.docker.lint;

/**
 * Something to look for.
 *
 * @param code hadolint's, ShellCheck's, or the name of BuildKit's or our own check
 * @param severity unless configured otherwise
 * @param summary what should be done instead, in a sentence
 */
public record Rule(String code, Severity severity, String summary) {}
