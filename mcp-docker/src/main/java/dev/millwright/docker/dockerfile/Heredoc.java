package dev.millwright.docker.dockerfile;

/**
 * A document inside the file.
 *
 * @param name the line that ends it
 * @param expand whether variables in it are replaced: its name is not quoted
 * @param chomp whether tabs at the start of its lines are dropped: {@code <<-}
 * @param marker where {@code <<name} stands
 * @param content its lines, tabs dropped if so asked
 * @param end where its last line stands
 */
public record Heredoc(String name, boolean expand, boolean chomp, Span marker, Logical content, Span end) {}
