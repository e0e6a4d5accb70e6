package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Splits the arguments of instructions the ways Docker splits them. */
final class Words {
    private Words() {}

    /** At blanks alone, quotes or not. */
    static List<Word> atBlanks(Logical logical) {
        String text = logical.text();
        List<Word> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int start = at;
            while (at < text.length() && !Blank.separates(text.charAt(at))) {
                at++;
            }
            words.add(logical.word(start, at));
            while (at < text.length() && Blank.separates(text.charAt(at))) {
                at++;
            }
        }
        return words;
    }

    /** At blanks that are neither quoted nor escaped; quotes and escapes stay. */
    static List<Word> quoted(Logical logical, char escape) {
        return bounds(logical, escape).stream()
                .map(each -> logical.word(each.start(), each.end()))
                .toList();
    }

    /** Those words, each at its first {@code =}. */
    static List<Pair> pairs(Logical logical, char escape) {
        List<Pair> pairs = new ArrayList<>();
        for (Span each : bounds(logical, escape)) {
            int equals = logical.text().indexOf('=', each.start());
            boolean plain = equals < 0 || equals >= each.end();
            pairs.add(new Pair(
                    logical.word(each.start(), plain ? each.end() : equals),
                    plain ? Optional.empty() : Optional.of(logical.word(equals + 1, each.end())),
                    false));
        }
        return pairs;
    }

    /** Where in the logical text the words are. */
    private static List<Span> bounds(Logical logical, char escape) {
        String text = logical.text();
        List<Span> words = new ArrayList<>();
        int at = Blank.skip(text, 0, text.length());
        while (at < text.length()) {
            int start = at;
            char quote = 0;
            int end = -1;
            while (at < text.length() && end < 0) {
                char one = text.charAt(at);
                if (one == escape && quote != '\'') {
                    if (at + 1 == text.length()) {
                        end = at;
                    }
                    at++;
                } else if (quote == 0 && Blank.is(one)) {
                    end = at;
                } else if (quote == 0 && (one == '\'' || one == '"')) {
                    quote = one;
                } else if (one == quote) {
                    quote = 0;
                }
                at++;
            }
            end = end < 0 ? text.length() : end;
            if (end > start) {
                words.add(new Span(start, end));
            }
            at = Blank.skip(text, Math.min(at, text.length()), text.length());
        }
        return words;
    }

    /**
     * Takes the flags off the front.
     *
     * @return where the arguments begin
     */
    static int flags(Logical logical, List<Flag> into) {
        String text = logical.text();
        int at = Blank.skip(text, 0, text.length());
        while (text.startsWith("--", at)) {
            int start = at;
            StringBuilder value = new StringBuilder();
            char quote = 0;
            while (at < text.length() && (quote != 0 || !Blank.is(text.charAt(at)))) {
                char one = text.charAt(at);
                if (one == '\\') {
                    at++;
                    if (at < text.length()) {
                        value.append(text.charAt(at));
                    }
                } else if (one == quote) {
                    quote = 0;
                } else if (quote == 0 && (one == '\'' || one == '"')) {
                    quote = one;
                } else {
                    value.append(one);
                }
                at++;
            }
            at = Math.min(at, text.length());
            String flag = value.toString();
            if (flag.equals("--")) {
                return at;
            }
            int equals = flag.indexOf('=');
            into.add(new Flag(
                    equals < 0 ? flag.substring(2) : flag.substring(2, equals),
                    equals < 0 ? Optional.empty() : Optional.of(flag.substring(equals + 1)),
                    logical.span(start, at)));
            at = Blank.skip(text, at, text.length());
        }
        return at;
    }
}
