package dev.millwright.filesystem.text;

/** How the lines of a text end. */
public enum Eol {
    LF("\n"),
    CRLF("\r\n"),
    CR("\r"),
    MIXED("\n"),
    /** One line without an end. */
    NONE("\n");

    private final String text;

    Eol(String text) {
        this.text = text;
    }

    /** The characters of a line end to add where nothing nearer says otherwise. */
    public String text() {
        return text;
    }

    static Eol of(String text) {
        int lf = 0;
        int crlf = 0;
        int cr = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                lf++;
            } else if (c == '\r') {
                if (i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                    crlf++;
                    i++;
                } else if (i + 1 < text.length() || crlf == 0) {
                    cr++;
                }
            }
        }
        int kinds = Integer.signum(lf) + Integer.signum(crlf) + Integer.signum(cr);
        return kinds > 1 ? MIXED : lf > 0 ? LF : crlf > 0 ? CRLF : cr > 0 ? CR : NONE;
    }
}
