package dev.millwright.docker.dockerfile;

/**
 * A word of a command.
 *
 * @param text without its quotes and escapes; substitutions as written
 * @param span with its quotes
 * @param quoted whether any of it was quoted or escaped
 * @param splits whether a substitution outside double quotes is in it, so that the shell may make many words of it
 * @param substitutes whether any substitution is in it
 * @param globs whether {@code *}, {@code ?} or {@code [} outside quotes is in it
 */
public record ShellWord(String text, Span span, boolean quoted, boolean splits, boolean substitutes, boolean globs) {
    /** Whether it means what it says: nothing in it is replaced. */
    public boolean isPlain() {
        return !substitutes && !globs;
    }

    public boolean is(String other) {
        return text.equals(other);
    }
}
