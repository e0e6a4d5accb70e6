package dev.millwright.docker.dockerfile;

/**
 * Where a command reads from or writes to.
 *
 * @param operator with the descriptor before it, such as {@code 2>} or {@code <<-}
 */
public record Redirect(String operator, ShellWord target, Span span) {}
