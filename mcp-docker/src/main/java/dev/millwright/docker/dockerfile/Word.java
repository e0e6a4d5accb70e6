package dev.millwright.docker.dockerfile;

/**
 * One argument, name or value.
 *
 * @param text as Docker hands it on: without continuations, JSON strings decoded, quotes and variables kept
 * @param span where it stands, with the quotes of a JSON string
 */
public record Word(String text, Span span) {
    /** Without quotes around or inside, as the value is when it holds no variable. */
    public String unquoted() {
        return Expansion.unquoted(text);
    }

    public boolean hasVariable() {
        return text.indexOf('$') >= 0;
    }
}
