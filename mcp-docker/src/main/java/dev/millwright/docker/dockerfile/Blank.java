package dev.millwright.docker.dockerfile;

/** What counts as blank, by the rules of Go that Docker follows. */
final class Blank {
    private Blank() {}

    /** Go's {@code unicode.IsSpace}. */
    static boolean is(char one) {
        return one == ' '
                || one >= '\t' && one <= '\r'
                || one == '\u0085'
                || one == '\u00a0'
                || one > 0xff && Character.isSpaceChar(one);
    }

    /** What separates the words of most instructions. */
    static boolean separates(char one) {
        return one == ' ' || one == '\t' || one == '\u000b' || one == '\f' || one == '\r';
    }

    static int skip(CharSequence text, int from, int to) {
        int at = from;
        while (at < to && is(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** The end without the blanks before it. */
    static int back(CharSequence text, int from, int to) {
        int at = to;
        while (at > from && is(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    static Logical strip(Logical text) {
        int start = skip(text.text(), 0, text.length());
        return text.part(start, back(text.text(), start, text.length()));
    }
}
