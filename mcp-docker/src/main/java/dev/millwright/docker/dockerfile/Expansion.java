package dev.millwright.docker.dockerfile;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Replaces variables and takes quotes away, as Docker does in the arguments of most instructions: {@code $x}, and with
 * braces {@code :-}, {@code -}, {@code :+}, {@code +}, {@code :?}, {@code ?}, {@code #}, {@code ##}, {@code %},
 * {@code %%}, {@code /} and {@code //}.
 */
public final class Expansion {
    /**
     * What came of it.
     *
     * @param found the variables that had a value
     * @param missing those that had none
     */
    public record Expanded(String text, Set<String> found, Set<String> missing) {}

    private static final int MAX_DEPTH = 100;
    private static final int NO_STOP = -1;

    private final String word;
    private final char escape;
    private final Function<String, Optional<String>> values;
    private final boolean keepUnset;
    private final Set<String> found = new LinkedHashSet<>();
    private final Set<String> missing = new LinkedHashSet<>();
    private int at;
    private int depth;

    private Expansion(String word, char escape, boolean keepUnset, Function<String, Optional<String>> values) {
        this.word = word;
        this.escape = escape;
        this.keepUnset = keepUnset;
        this.values = values;
    }

    /**
     * @param escape the escape character of the file
     * @throws IllegalArgumentException saying what is wrong with the word, in Docker's words
     */
    public static Expanded of(String word, char escape, Function<String, Optional<String>> values) {
        Expansion expansion = new Expansion(word, escape, false, values);
        String text = expansion.until(NO_STOP, false);
        return new Expanded(text, expansion.found, expansion.missing);
    }

    /** What Docker would have against the word, whatever its variables hold. */
    public static Optional<String> problem(String word, char escape) {
        try {
            of(word, escape, name -> Optional.of("x"));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The word without its quotes, variables as they stand; the word itself where its quotes do not match. */
    static String unquoted(String word) {
        if (word.indexOf('"') < 0 && word.indexOf('\'') < 0 && word.indexOf('\\') < 0) {
            return word;
        }
        try {
            return new Expansion(word, '\\', true, name -> Optional.empty()).until(NO_STOP, false);
        } catch (IllegalArgumentException e) {
            return word;
        }
    }

    private String until(int stop, boolean raw) {
        if (++depth > MAX_DEPTH) {
            throw new IllegalArgumentException("substitutions are nested too deep");
        }
        StringBuilder result = new StringBuilder();
        while (at < word.length()) {
            char one = word.charAt(at);
            if (one == stop) {
                at++;
                depth--;
                return result.toString();
            } else if (one == '$') {
                result.append(dollar());
            } else if (one == '\'') {
                single(result);
            } else if (one == '"') {
                twice(result, raw);
            } else if (one == escape) {
                if (raw) {
                    result.append(one);
                }
                at++;
                if (at < word.length()) {
                    result.append(word.charAt(at++));
                }
            } else {
                result.append(one);
                at++;
            }
        }
        if (stop != NO_STOP) {
            throw new IllegalArgumentException("unexpected end of statement while looking for matching " + (char) stop);
        }
        depth--;
        return result.toString();
    }

    private void single(StringBuilder result) {
        int close = word.indexOf('\'', at + 1);
        if (close < 0) {
            throw new IllegalArgumentException("unexpected end of statement while looking for matching single-quote");
        }
        result.append(word, at + 1, close);
        at = close + 1;
    }

    private void twice(StringBuilder result, boolean raw) {
        at++;
        while (at < word.length()) {
            char one = word.charAt(at);
            if (one == '"') {
                at++;
                return;
            } else if (one == '$') {
                result.append(dollar());
                continue;
            } else if (one == escape) {
                if (raw) {
                    result.append(one);
                }
                if (at + 1 == word.length()) {
                    break;
                }
                char next = word.charAt(at + 1);
                if (next == '"' || next == '$' || next == escape) {
                    at++;
                    one = next;
                }
            }
            result.append(one);
            at++;
        }
        throw new IllegalArgumentException("unexpected end of statement while looking for matching double-quote");
    }

    private String dollar() {
        int start = at++;
        if (at >= word.length() || word.charAt(at) != '{') {
            String name = name();
            return name.isEmpty() ? "$" : value(name).orElse(keepUnset ? "$" + name : "");
        }
        at++;
        if (at >= word.length()) {
            throw new IllegalArgumentException("syntax error: missing '}'");
        }
        if ("{}:".indexOf(word.charAt(at)) >= 0) {
            throw new IllegalArgumentException("syntax error: bad substitution");
        }
        String name = name();
        char sign = at < word.length() ? word.charAt(at++) : 0;
        if (sign == '}') {
            return value(name).orElse(keepUnset ? "${" + name + "}" : "");
        }
        boolean colon = sign == ':';
        if (colon) {
            sign = at < word.length() ? word.charAt(at++) : 0;
        }
        if ("+-?#%".indexOf(sign) < 0 && (colon || sign != '/')) {
            throw new IllegalArgumentException(
                    "unsupported modifier (%s) in substitution".formatted((colon ? ":" : "") + sign));
        }
        String result = sign == '/' ? replaced(name) : modified(name, sign, colon);
        return keepUnset ? word.substring(start, at) : result;
    }

    private String modified(String name, char sign, boolean colon) {
        String argument = argument('}', sign == '#' || sign == '%');
        Optional<String> value = value(name);
        boolean set = value.isPresent() && !(colon && value.get().isEmpty());
        return switch (sign) {
            case '-' -> set ? value.get() : argument;
            case '+' -> set ? argument : "";
            case '?' -> {
                if (!set && !keepUnset) {
                    String why = value.isEmpty() ? "is not allowed to be unset" : "is not allowed to be empty";
                    throw new IllegalArgumentException(name + ": " + (argument.isEmpty() ? why : argument));
                }
                yield value.orElse("");
            }
            default -> trimmed(value.orElse(""), sign, argument);
        };
    }

    private static String trimmed(String value, char sign, String argument) {
        boolean greedy = !argument.isEmpty() && argument.charAt(0) == sign;
        List<String> pattern = pattern(greedy ? argument.substring(1) : argument, greedy);
        boolean suffix = sign == '%';
        if (suffix) {
            Collections.reverse(pattern);
        }
        String subject = suffix ? new StringBuilder(value).reverse().toString() : value;
        Matcher matcher = compiled("^" + String.join("", pattern), argument).matcher(subject);
        String rest = matcher.find() ? subject.substring(matcher.end()) : subject;
        return suffix ? new StringBuilder(rest).reverse().toString() : rest;
    }

    private String replaced(String name) {
        boolean all = at < word.length() && word.charAt(at) == '/';
        if (all) {
            at++;
        }
        String pattern = argument('/', true);
        String by = argument('}', true);
        String value = value(name).orElse("");
        Matcher matcher =
                compiled(String.join("", pattern(pattern, true)), pattern).matcher(value);
        String quoted = Matcher.quoteReplacement(by);
        return all ? matcher.replaceAll(quoted) : matcher.replaceFirst(quoted);
    }

    private String argument(char stop, boolean raw) {
        try {
            return until(stop, raw);
        } catch (IllegalArgumentException e) {
            if (at >= word.length()) {
                throw new IllegalArgumentException(
                        "syntax error: missing '%s'%s".formatted(stop, stop == '/' ? " in ${}" : ""), e);
            }
            throw e;
        }
    }

    private String name() {
        int start = at;
        if (at < word.length() && Character.isDigit(word.charAt(at))) {
            while (at < word.length() && Character.isDigit(word.charAt(at))) {
                at++;
            }
        } else if (at < word.length() && "@*#?-$!".indexOf(word.charAt(at)) >= 0) {
            at++;
        } else {
            while (at < word.length() && (Character.isLetterOrDigit(word.charAt(at)) || word.charAt(at) == '_')) {
                at++;
            }
        }
        return word.substring(start, at);
    }

    private Optional<String> value(String name) {
        Optional<String> value = values.apply(name);
        (value.isPresent() ? found : missing).add(name);
        return value;
    }

    /** A shell pattern of {@code *} and {@code ?} as pieces of a regular expression, each for one part of it. */
    private static List<String> pattern(String pattern, boolean greedy) {
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < pattern.length(); i++) {
            char one = pattern.charAt(i);
            if (one == '*') {
                pieces.add(greedy ? ".*" : ".*?");
            } else if (one == '?') {
                pieces.add(".");
            } else if (one == '\\') {
                char next = i + 1 < pattern.length() ? pattern.charAt(i + 1) : 0;
                if (next == '}' || next == '/') {
                    continue;
                }
                if (next != '*' && next != '?' && next != '\\') {
                    throw new IllegalArgumentException(
                            "invalid pattern (%s) in substitution: invalid escape '\\%s'".formatted(pattern, next));
                }
                pieces.add("\\" + next);
                i++;
            } else {
                pieces.add(Pattern.quote(String.valueOf(one)));
            }
        }
        return pieces;
    }

    private static Pattern compiled(String expression, String pattern) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("invalid pattern (%s) in substitution".formatted(pattern), e);
        }
    }
}
