package dev.millwright.docker.failure;

/**
 * A change of a file: lines {@code line} to {@code until} become {@code with}; one less for {@code until} inserts.
 *
 * @param file {@code Dockerfile} or {@code .dockerignore}
 * @param line from 1; 0 where the Dockerfile was not given, then {@code with} takes the failing instruction's place
 * @param with whole lines without the last line's end; empty to remove
 */
public record Edit(String file, int line, int until, String with) {
    public static final String DOCKERFILE = "Dockerfile";
    static final String IGNORE = ".dockerignore";

    /** The text with the change made. */
    public String apply(String text) {
        if (line == 0) {
            return text;
        }
        String end = text.contains("\r\n") ? "\r\n" : "\n";
        String[] lines = text.split("\n", -1);
        StringBuilder changed = new StringBuilder();
        for (int i = 1; i <= lines.length; i++) {
            if (i == line && !with.isEmpty()) {
                boolean last = until >= lines.length && until >= line;
                changed.append(with.replace("\n", end)).append(last ? "" : end);
            }
            if (i < line || i > until) {
                changed.append(lines[i - 1]).append(i < lines.length ? "\n" : "");
            }
        }
        return line > lines.length
                ? changed.append(end)
                        .append(with.replace("\n", end))
                        .append(end)
                        .toString()
                : changed.toString();
    }
}
