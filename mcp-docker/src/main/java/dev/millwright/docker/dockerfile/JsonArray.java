package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A JSON array of strings as the arguments of an instruction, by the strict rules of Go's decoder. */
final class JsonArray {
    /** @param onlyStrings false where Docker says that arrays must be of strings */
    record Read(List<Word> words, boolean onlyStrings) {}

    /** Deeper nesting is not read as JSON. */
    private static final int MAX_DEPTH = 100;

    private final Logical logical;
    private final String text;
    private int at;

    private JsonArray(Logical logical) {
        this.logical = logical;
        this.text = logical.text();
    }

    /** Empty where the text is no JSON array, and so means itself. */
    static Optional<Read> read(Logical logical) {
        if (logical.length() == 0 || logical.text().charAt(0) != '[') {
            return Optional.empty();
        }
        try {
            return Optional.of(new JsonArray(logical).array());
        } catch (NotJson e) {
            return Optional.empty();
        }
    }

    private Read array() throws NotJson {
        List<Word> words = new ArrayList<>();
        boolean onlyStrings = true;
        at = 1;
        skip();
        if (peek() == ']') {
            at++;
        } else {
            while (true) {
                skip();
                int start = at;
                if (peek() == '"') {
                    String value = string();
                    words.add(new Word(value, logical.span(start, at)));
                } else {
                    value(1);
                    onlyStrings = false;
                }
                skip();
                if (peek() == ']') {
                    at++;
                    break;
                }
                expect(',');
            }
        }
        skip();
        if (at < text.length()) {
            throw new NotJson();
        }
        return new Read(words, onlyStrings);
    }

    private void value(int depth) throws NotJson {
        if (depth > MAX_DEPTH) {
            throw new NotJson();
        }
        char first = peek();
        switch (first) {
            case '"' -> string();
            case '[', '{' -> {
                char close = first == '[' ? ']' : '}';
                at++;
                skip();
                if (peek() == close) {
                    at++;
                    return;
                }
                while (true) {
                    skip();
                    if (first == '{') {
                        string();
                        skip();
                        expect(':');
                        skip();
                    }
                    value(depth + 1);
                    skip();
                    if (peek() == close) {
                        at++;
                        return;
                    }
                    expect(',');
                }
            }
            default -> literal();
        }
    }

    private void literal() throws NotJson {
        int start = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (!text.substring(start, at).matches("true|false|null|-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?")) {
            throw new NotJson();
        }
    }

    private String string() throws NotJson {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (true) {
            char one = peek();
            at++;
            if (one == '"') {
                return value.toString();
            } else if (one < ' ') {
                throw new NotJson();
            } else if (one != '\\') {
                value.append(one);
                continue;
            }
            char escaped = peek();
            at++;
            switch (escaped) {
                case '"', '\\', '/' -> value.append(escaped);
                case 'b' -> value.append('\b');
                case 'f' -> value.append('\f');
                case 'n' -> value.append('\n');
                case 'r' -> value.append('\r');
                case 't' -> value.append('\t');
                case 'u' -> {
                    if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
                        throw new NotJson();
                    }
                    value.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                    at += 4;
                }
                default -> throw new NotJson();
            }
        }
    }

    private void skip() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() throws NotJson {
        if (at >= text.length()) {
            throw new NotJson();
        }
        return text.charAt(at);
    }

    private void expect(char one) throws NotJson {
        if (peek() != one) {
            throw new NotJson();
        }
        at++;
    }

    /** Says that the text is something else; has no trace, as it is thrown for every shell form with a bracket. */
    private static final class NotJson extends Exception {
        NotJson() {
            super("not a JSON array", null, false, false);
        }
    }
}
