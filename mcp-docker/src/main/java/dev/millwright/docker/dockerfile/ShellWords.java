package dev.millwright.docker.dockerfile;

import dev.millwright.docker.dockerfile.Shell.Unfinished;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words and signs of a script, one after the other. */
final class ShellWords {
    /** Reads the commands inside a substitution. */
    interface Inner {
        void read(int start, int end) throws Unfinished;
    }

    private static final int MAX_DEPTH = 20;
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\[[^\\]]*\\])?\\+?=");
    private static final Pattern REDIRECT =
            Pattern.compile("(?:[0-9]*|\\{[A-Za-z_]\\w*\\})(?:<<<|<<-|<<|<&|<>|<|>>|>&|>\\||>)|&>>|&>");

    private final Logical logical;
    private final String text;
    private final int end;
    private final Inner inner;
    private final List<Redirect> documents = new ArrayList<>();
    private int at;
    private int depth;

    ShellWords(Logical logical, int start, int end, Inner inner) {
        this.logical = logical;
        this.text = logical.text();
        this.at = start;
        this.end = end;
        this.inner = inner;
    }

    void nested(ShellWords outer) throws Unfinished {
        depth = outer.depth + 1;
        if (depth > MAX_DEPTH) {
            throw new Unfinished();
        }
    }

    int depth() {
        return depth;
    }

    int at() {
        return at;
    }

    boolean atEnd() {
        return at >= end;
    }

    boolean sees(String sign) {
        return text.startsWith(sign, at) && at + sign.length() <= end;
    }

    boolean accept(String sign) {
        boolean there = sees(sign);
        if (there) {
            at += sign.length();
        }
        return there;
    }

    boolean acceptLine() {
        boolean there = sees("\n");
        if (there) {
            at++;
            documents();
        }
        return there;
    }

    /** Blanks, continued lines and comments; always true. */
    boolean skip() {
        while (at < end) {
            char one = text.charAt(at);
            if (one == ' ' || one == '\t' || one == '\r') {
                at++;
            } else if (one == '\\' && at + 1 < end && text.charAt(at + 1) == '\n') {
                at += 2;
            } else if (one == '#' && (at == 0 || " \t\n;&|()\r".indexOf(text.charAt(at - 1)) >= 0)) {
                int feed = text.indexOf('\n', at);
                at = feed < 0 || feed > end ? end : feed;
            } else {
                break;
            }
        }
        return true;
    }

    void skipLines() {
        do {
            skip();
        } while (acceptLine());
    }

    /** The word here if it is one of letters, or a sign that begins a command; not read yet. */
    String keyword() {
        if (atEnd()) {
            return "";
        }
        char one = text.charAt(at);
        if (one == '(') {
            return "(";
        }
        int to = at;
        while (to < end && !endsWord(text.charAt(to))) {
            to++;
        }
        return text.substring(at, to);
    }

    /** Reads the word that was seen. */
    void take(String keyword) throws Unfinished {
        if (!keyword().equals(keyword)) {
            throw new Unfinished();
        }
        at += keyword.length();
    }

    boolean seesWord() {
        return at < end && (!endsWord(text.charAt(at)) || seesProcess());
    }

    boolean seesAssignment() {
        return ASSIGNMENT.matcher(text).region(at, end).lookingAt();
    }

    boolean seesRedirect() {
        return !seesProcess() && REDIRECT.matcher(text).region(at, end).lookingAt();
    }

    private boolean seesProcess() {
        return sees("<(") || sees(">(");
    }

    Redirect redirect() throws Unfinished {
        int start = at;
        Matcher matcher = REDIRECT.matcher(text).region(at, end);
        if (!matcher.lookingAt()) {
            throw new Unfinished();
        }
        at = matcher.end();
        String operator = matcher.group();
        skip();
        ShellWord target = word();
        Redirect redirect = new Redirect(operator, target, logical.span(start, at));
        if (operator.endsWith("<<") || operator.endsWith("<<-")) {
            documents.add(redirect);
        }
        return redirect;
    }

    /** Reads over the documents that the line just ended has asked for. */
    private void documents() {
        for (Redirect each : documents) {
            boolean ended = false;
            while (!ended && at < end) {
                int feed = text.indexOf('\n', at);
                int stop = feed < 0 || feed > end ? end : feed;
                String line = text.substring(at, stop);
                at = Math.min(stop + 1, end);
                String read = each.operator().endsWith("-") ? line.replaceFirst("^\t+", "") : line;
                ended = read.stripTrailing().equals(each.target().text());
            }
        }
        documents.clear();
    }

    /** {@code (( ))}, whose inside is no command. */
    boolean acceptArithmetic() throws Unfinished {
        if (!sees("((")) {
            return false;
        }
        int close = text.indexOf("))", at);
        if (close < 0 || close > end) {
            throw new Unfinished();
        }
        at = close + 2;
        return true;
    }

    ShellWord word() throws Unfinished {
        int start = at;
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        boolean splits = false;
        boolean substitutes = false;
        boolean globs = false;
        if (seesProcess()) {
            at++;
            int close = parenthesis();
            value.append(text, start, close);
            substitutes = true;
        }
        while (at < end && (!endsWord(text.charAt(at)) || isArray(start))) {
            char one = text.charAt(at);
            switch (one) {
                case '\\' -> {
                    quoted = true;
                    at++;
                    if (at < end && text.charAt(at) == '\n') {
                        at++;
                    } else if (at < end) {
                        value.append(text.charAt(at++));
                    }
                }
                case '\'' -> {
                    quoted = true;
                    int close = text.indexOf('\'', at + 1);
                    if (close < 0 || close >= end) {
                        throw new Unfinished();
                    }
                    value.append(text, at + 1, close);
                    at = close + 1;
                }
                case '"' -> {
                    quoted = true;
                    substitutes |= twice(value);
                }
                case '$', '`' -> {
                    int from = at;
                    boolean real = substitution();
                    splits |= real;
                    substitutes |= real;
                    value.append(text, from, at);
                }
                case '(' -> {
                    int from = at;
                    value.append(text, from, parenthesis());
                    substitutes = true;
                }
                default -> {
                    globs |= one == '*' || one == '?' || one == '[' && at + 1 < end;
                    value.append(one);
                    at++;
                }
            }
        }
        if (at == start) {
            throw new Unfinished();
        }
        return new ShellWord(value.toString(), logical.span(start, at), quoted, splits, substitutes, globs);
    }

    /** Whether a parenthesis here begins the values of an array: {@code a=(b c)}. */
    private boolean isArray(int start) {
        return text.charAt(at) == '(' && at > start && text.charAt(at - 1) == '=';
    }

    /** Reads what is in double quotes; whether there was a substitution. */
    private boolean twice(StringBuilder value) throws Unfinished {
        boolean substitutes = false;
        at++;
        while (at < end) {
            char one = text.charAt(at);
            if (one == '"') {
                at++;
                return substitutes;
            } else if (one == '\\' && at + 1 < end) {
                char next = text.charAt(at + 1);
                if ("$`\"\\".indexOf(next) >= 0) {
                    value.append(next);
                } else if (next != '\n') {
                    value.append(one).append(next);
                }
                at += 2;
            } else if (one == '$' || one == '`') {
                int from = at;
                substitutes |= substitution();
                value.append(text, from, at);
            } else {
                value.append(one);
                at++;
            }
        }
        throw new Unfinished();
    }

    /** Reads over a dollar or backquote and what belongs to it; whether it stands for something else. */
    private boolean substitution() throws Unfinished {
        if (text.charAt(at) == '`') {
            int close = at + 1;
            while (close < end && text.charAt(close) != '`') {
                close += text.charAt(close) == '\\' ? 2 : 1;
            }
            if (close >= end) {
                throw new Unfinished();
            }
            if (text.indexOf('\\', at) < 0 || text.indexOf('\\', at) > close) {
                inner.read(at + 1, close);
            }
            at = close + 1;
            return true;
        }
        at++;
        if (at >= end) {
            return false;
        } else if (sees("((")) {
            int close = text.indexOf("))", at);
            if (close < 0 || close + 2 > end) {
                throw new Unfinished();
            }
            at = close + 2;
            return true;
        } else if (sees("(")) {
            int from = at + 1;
            int close = parenthesis();
            inner.read(from, close - 1);
            return true;
        } else if (sees("{")) {
            brace();
            return true;
        }
        char one = text.charAt(at);
        if (one == '_' || Character.isLetter(one)) {
            while (at < end && (text.charAt(at) == '_' || Character.isLetterOrDigit(text.charAt(at)))) {
                at++;
            }
            return true;
        } else if (Character.isDigit(one) || "@*#?-$!".indexOf(one) >= 0) {
            at++;
            return true;
        }
        return false;
    }

    private void brace() throws Unfinished {
        int open = 0;
        while (at < end) {
            char one = text.charAt(at);
            if (one == '\\') {
                at++;
            } else if (one == '\'') {
                quote(one);
            } else if (one == '{') {
                open++;
            } else if (one == '}' && --open == 0) {
                at++;
                return;
            }
            at++;
        }
        throw new Unfinished();
    }

    /** Reads from a parenthesis over its partner, past which it gives the place. */
    private int parenthesis() throws Unfinished {
        int open = 0;
        while (at < end) {
            char one = text.charAt(at);
            if (one == '\\') {
                at++;
            } else if (one == '\'' || one == '"') {
                quote(one);
            } else if (one == '(') {
                open++;
            } else if (one == ')' && --open == 0) {
                at++;
                return at;
            }
            at++;
        }
        throw new Unfinished();
    }

    /** Leaves off at the closing quote. */
    private void quote(char one) throws Unfinished {
        at++;
        while (at < end && text.charAt(at) != one) {
            at += one == '"' && text.charAt(at) == '\\' ? 2 : 1;
        }
        if (at >= end) {
            throw new Unfinished();
        }
    }

    private static boolean endsWord(char one) {
        return " \t\r\n;&|<>()".indexOf(one) >= 0;
    }
}
