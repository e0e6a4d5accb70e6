package dev.millwright.filesystem.search;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Reads RE2's syntax as far as {@link RegexShape} needs it. */
final class RegexShapeParser {
    /** Ends the reading of what is valid but not known here. */
    private static final class Unknown extends Exception {
        private static final long serialVersionUID = 1;

        Unknown() {
            super("not known", null, false, false);
        }
    }

    private final String regex;
    private final boolean multiline;
    private int at;
    private boolean ignoreCase;
    private boolean exact = true;

    private RegexShapeParser(String regex, boolean ignoreCase, boolean multiline) {
        this.regex = regex;
        this.ignoreCase = ignoreCase;
        this.multiline = multiline;
    }

    static Optional<RegexShape.Reading> parse(String regex, boolean ignoreCase, boolean multiline) {
        try {
            RegexShapeParser parser = new RegexShapeParser(regex, ignoreCase, multiline);
            RegexShape shape = parser.choices();
            return parser.at == regex.length()
                    ? Optional.of(new RegexShape.Reading(shape, parser.exact))
                    : Optional.empty();
        } catch (Unknown e) {
            return Optional.empty();
        }
    }

    private RegexShape choices() throws Unknown {
        List<RegexShape> choices = new ArrayList<>();
        do {
            choices.add(sequence());
        } while (took('|'));
        return choices.size() == 1 ? choices.getFirst() : new RegexShape.Either(choices);
    }

    private RegexShape sequence() throws Unknown {
        List<RegexShape> parts = new ArrayList<>();
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            RegexShape part = atom();
            while (at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0) {
                part = repeated(part);
            }
            parts.add(part);
        }
        return new RegexShape.Sequence(parts);
    }

    private RegexShape repeated(RegexShape part) throws Unknown {
        char c = regex.charAt(at++);
        int min = c == '+' ? 1 : 0;
        int max = c == '?' ? 1 : -1;
        if (c == '{') {
            int close = regex.indexOf('}', at);
            String count = close < 0 ? "" : regex.substring(at, close);
            if (!count.matches("[0-9]{1,4}(,[0-9]{0,4})?")) {
                throw new Unknown();
            }
            int comma = count.indexOf(',');
            min = Integer.parseInt(comma < 0 ? count : count.substring(0, comma));
            max = comma < 0 ? min : comma == count.length() - 1 ? -1 : Integer.parseInt(count.substring(comma + 1));
            at = close + 1;
        }
        took('?');
        return new RegexShape.Repeat(part, min, max);
    }

    private RegexShape atom() throws Unknown {
        int c = regex.codePointAt(at);
        at += Character.charCount(c);
        return switch (c) {
            case '^', '$' -> assertion();
            case '.' -> runes(all(), true);
            case '[' -> bracket();
            case '(' -> group();
            case '\\' -> escape();
            case '*', '+', '?', '{' -> throw new Unknown();
            default -> literal(c);
        };
    }

    private RegexShape group() throws Unknown {
        boolean outerIgnoreCase = ignoreCase;
        if (took('?')) {
            if (regex.startsWith("P<", at) || regex.startsWith("<", at)) {
                at = regex.indexOf('>', at) + 1;
            } else if (flags()) {
                return new RegexShape.Empty();
            }
        }
        RegexShape inner = choices();
        if (!took(')')) {
            throw new Unknown();
        }
        ignoreCase = outerIgnoreCase;
        return inner;
    }

    /** Reads {@code i}, {@code -s:}, … up to its end. @return whether they hold to the end of the enclosing group */
    private boolean flags() throws Unknown {
        boolean on = true;
        while (at < regex.length()) {
            switch (regex.charAt(at++)) {
                case 'i' -> ignoreCase = on;
                case 's', 'm', 'U' -> {}
                case '-' -> on = false;
                case ':' -> {
                    return false;
                }
                case ')' -> {
                    return true;
                }
                default -> throw new Unknown();
            }
        }
        throw new Unknown();
    }

    private RegexShape literal(int c) {
        if (c == 0xfffd) {
            return vague();
        } else if (!ignoreCase) {
            return RegexShape.text(Character.toString(c));
        } else if (c < 0x80) {
            BitSet set = new BitSet(256);
            set.set(Character.toLowerCase(c));
            set.set(Character.toUpperCase(c));
            // The two letters with a fold outside of ASCII: the Kelvin sign and the long s.
            return "kKsS".indexOf(c) >= 0 ? runes(set, true) : new RegexShape.One(set);
        }
        return vague();
    }

    private RegexShape assertion() {
        exact = false;
        return new RegexShape.Empty();
    }

    /** Any character, in place of a class that is not looked into. */
    private RegexShape vague() {
        exact = false;
        return runes(all(), true);
    }

    private RegexShape escape() throws Unknown {
        if (at >= regex.length()) {
            throw new Unknown();
        }
        int c = regex.codePointAt(at);
        at += Character.charCount(c);
        if ("bBAz".indexOf(c) >= 0) {
            return assertion();
        } else if ("dDwWsS".indexOf(c) >= 0) {
            BitSet set = perl(c);
            return runes(set, Character.isUpperCase(c) || ignoreCase);
        } else if (c == 'p' || c == 'P') {
            property();
            return vague();
        }
        return literal(escaped(c));
    }

    private int escaped(int c) throws Unknown {
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 'f' -> '\f';
            case 'v' -> 0x0b;
            case 'a' -> 0x07;
            case 'x' -> hex();
            default -> {
                if (c >= 0x80 || Character.isLetterOrDigit(c)) {
                    throw new Unknown();
                }
                yield c;
            }
        };
    }

    private int hex() throws Unknown {
        boolean braced = took('{');
        int end = braced ? regex.indexOf('}', at) : Math.min(at + 2, regex.length());
        if (end < 0 || !regex.substring(at, end).matches("[0-9A-Fa-f]{1,6}")) {
            throw new Unknown();
        }
        int c = Integer.parseInt(regex, at, end, 16);
        at = braced ? end + 1 : end;
        return c;
    }

    private void property() throws Unknown {
        if (took('{')) {
            at = regex.indexOf('}', at) + 1;
            if (at == 0) {
                throw new Unknown();
            }
        } else {
            at++;
        }
    }

    /** The ASCII part; what lies beyond is in every negated class, and taken to be in every other that is not plain. */
    private BitSet perl(int c) {
        BitSet set = new BitSet(256);
        switch (Character.toLowerCase(c)) {
            case 'd' -> set.set('0', '9' + 1);
            case 's' -> "\t\n\f\r ".chars().forEach(set::set);
            default -> {
                set.set('0', '9' + 1);
                set.set('A', 'Z' + 1);
                set.set('a', 'z' + 1);
                set.set('_');
            }
        }
        if (Character.isUpperCase(c)) {
            set.flip(0, 0x80);
        }
        return set;
    }

    private RegexShape bracket() throws Unknown {
        boolean negated = took('^');
        BitSet set = new BitSet(256);
        boolean beyond = negated;
        boolean vague = ignoreCase;
        int first = at;
        while (at < regex.length() && (regex.charAt(at) != ']' || at == first)) {
            if (regex.startsWith("[:", at)) {
                int end = regex.indexOf(":]", at);
                if (end < 0) {
                    throw new Unknown();
                }
                at = end + 2;
                vague = true;
                continue;
            }
            int low = regex.codePointAt(at);
            at += Character.charCount(low);
            if (low == '\\') {
                int c = regex.codePointAt(at);
                at += Character.charCount(c);
                if ("dDwWsS".indexOf(c) >= 0) {
                    set.or(perl(c));
                    beyond |= Character.isUpperCase(c);
                    continue;
                } else if (c == 'p' || c == 'P') {
                    property();
                    vague = true;
                    continue;
                }
                low = escaped(c);
            }
            int high = low;
            if (at + 1 < regex.length() && regex.charAt(at) == '-' && regex.charAt(at + 1) != ']') {
                at++;
                high = regex.codePointAt(at);
                at += Character.charCount(high);
                if (high == '\\') {
                    int c = regex.codePointAt(at);
                    at += Character.charCount(c);
                    high = escaped(c);
                }
            }
            set.set(Math.min(low, 0x80), Math.min(high, 0x7f) + 1);
            beyond |= high >= 0x80;
        }
        if (!took(']')) {
            throw new Unknown();
        }
        if (vague) {
            return vague();
        }
        if (negated) {
            set.flip(0, 0x80);
        }
        return runes(set, beyond);
    }

    /** One character: of the ASCII set, or any beyond it. */
    private RegexShape runes(BitSet ascii, boolean beyond) {
        BitSet set = (BitSet) ascii.clone();
        if (!multiline) {
            set.clear('\n');
        }
        RegexShape.One low = new RegexShape.One(set);
        if (!beyond) {
            return low;
        }
        BitSet high = new BitSet(256);
        high.set(0x80, 0x100);
        RegexShape beyondAscii = new RegexShape.Repeat(new RegexShape.One(high), 1, 4);
        return set.isEmpty() ? beyondAscii : new RegexShape.Either(List.of(low, beyondAscii));
    }

    private static BitSet all() {
        BitSet set = new BitSet(256);
        set.set(0, 0x80);
        return set;
    }

    private boolean took(char c) {
        boolean there = at < regex.length() && regex.charAt(at) == c;
        if (there) {
            at++;
        }
        return there;
    }
}
