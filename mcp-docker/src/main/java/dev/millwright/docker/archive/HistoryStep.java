package dev.millwright.docker.archive;

/**
 * One step of an image's history, as its builder wrote it down.
 *
 * @param createdBy the instruction, in the builder's own form; may be empty
 * @param created RFC 3339, or empty
 * @param empty whether it made no layer
 */
public record HistoryStep(String createdBy, String created, String comment, boolean empty) {
    private static final String NOP = "#(nop)";
    private static final String SHELL = "/bin/sh -c ";
    private static final String BUILDKIT = "# buildkit";

    /**
     * The instruction as a Dockerfile says it, as far as the history tells: {@code RUN apt-get update}, {@code COPY dir:5f… in
     * /app}, {@code (unknown)}.
     */
    public String instruction() {
        String text = createdBy.strip();
        if (text.endsWith(BUILDKIT)) {
            text = text.substring(0, text.length() - BUILDKIT.length()).strip();
        }
        int nop = text.indexOf(NOP);
        if (nop >= 0) {
            return text.substring(nop + NOP.length()).strip();
        } else if (text.isEmpty()) {
            return comment.isBlank() ? "(unknown)" : "(" + comment.strip() + ")";
        } else if (text.startsWith("RUN ")) {
            return "RUN " + withoutShell(text.substring("RUN ".length()));
        } else if (text.matches("(?s)(COPY|ADD|ENV|CMD|ENTRYPOINT|WORKDIR|USER|LABEL|ARG|EXPOSE|VOLUME) .*")) {
            return text;
        }
        return "RUN " + withoutShell(text);
    }

    /** Also without the build arguments that the engine's own builder writes before the shell: {@code |1 A=b /bin/sh -c …}. */
    private static String withoutShell(String text) {
        int shell = text.indexOf(SHELL);
        boolean leads = shell == 0 || shell > 0 && text.matches("(?s)\\|\\d+ .*");
        return leads ? text.substring(shell + SHELL.length()).strip() : text;
    }
}
