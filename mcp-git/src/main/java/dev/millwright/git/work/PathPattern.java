package dev.millwright.git.work;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern of {@code .gitignore} and {@code .gitattributes}, matched as wildmatch does with {@code WM_PATHNAME}, but
 * in time linear in path times pattern: a hostile one cannot make it explode.
 */
final class PathPattern {
    private static final int ONE = -1;
    private static final int STAR = -2;
    /** Any number of whole folders, with their slashes. */
    private static final int FOLDERS = -3;
    /** Anything, slashes included. */
    private static final int ALL = -4;

    private static final int CLASS = -5;

    private record Step(int what, CharClass oneOf) {}

    private record CharClass(boolean negated, List<int[]> ranges) {
        boolean has(int c) {
            boolean in = ranges.stream().anyMatch(range -> range[0] <= c && c <= range[1]);
            return in != negated;
        }
    }

    private static final CharClass NONE = new CharClass(false, List.of());

    private final List<Step> steps = new ArrayList<>();
    private final String literal;
    private final String suffix;
    private boolean broken;

    /** @param text without a slash at its start */
    PathPattern(String text) {
        compile(text);
        boolean plain = steps.stream().allMatch(step -> step.what >= 0);
        literal = plain && !broken ? ofLiterals(0) : "";
        boolean star = steps.size() > 1
                && steps.get(0).what == STAR
                && steps.stream().skip(1).allMatch(step -> step.what >= 0);
        suffix = star && !broken ? ofLiterals(1) : "";
    }

    private String ofLiterals(int from) {
        StringBuilder text = new StringBuilder();
        steps.stream().skip(from).forEach(step -> text.appendCodePoint(step.what));
        return text.toString();
    }

    private void add(int what) {
        steps.add(new Step(what, NONE));
    }

    private void compile(String text) {
        for (int i = 0; i < text.length() && !broken; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '?' -> add(ONE);
                case '[' -> i = charClass(text, i);
                case '\\' -> {
                    if (i == text.length()) {
                        broken = true;
                    } else {
                        add(text.codePointAt(i));
                        i += Character.charCount(text.codePointAt(i));
                    }
                }
                case '*' -> i = stars(text, i);
                default -> add(c);
            }
        }
    }

    private int stars(String text, int after) {
        int end = after;
        while (end < text.length() && text.charAt(end) == '*') {
            end++;
        }
        boolean begins = after == 1 || text.charAt(after - 2) == '/';
        if (end - after == 0 || !begins || end < text.length() && text.charAt(end) != '/') {
            add(STAR);
        } else if (end == text.length()) {
            add(ALL);
        } else {
            add(FOLDERS);
            end++;
        }
        return end;
    }

    private int charClass(String text, int from) {
        int at = from;
        boolean negated = at < text.length() && (text.charAt(at) == '!' || text.charAt(at) == '^');
        at += negated ? 1 : 0;
        List<int[]> ranges = new ArrayList<>();
        for (boolean first = true; at < text.length() && (first || text.charAt(at) != ']'); first = false) {
            if (text.startsWith("[:", at) && text.indexOf(":]", at + 2) > 0) {
                int end = text.indexOf(":]", at + 2);
                named(text.substring(at + 2, end), ranges);
                at = end + 2;
                continue;
            }
            at += text.charAt(at) == '\\' && at + 1 < text.length() ? 1 : 0;
            int low = text.codePointAt(at);
            at += Character.charCount(low);
            int high = low;
            if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
                at += text.charAt(at + 1) == '\\' && at + 2 < text.length() ? 2 : 1;
                high = text.codePointAt(at);
                at += Character.charCount(high);
            }
            ranges.add(new int[] {low, high});
        }
        broken = at >= text.length();
        steps.add(new Step(CLASS, new CharClass(negated, ranges)));
        return at + 1;
    }

    private void named(String name, List<int[]> into) {
        switch (name) {
            case "alnum" -> into.addAll(List.of(new int[] {'0', '9'}, new int[] {'A', 'Z'}, new int[] {'a', 'z'}));
            case "alpha" -> into.addAll(List.of(new int[] {'A', 'Z'}, new int[] {'a', 'z'}));
            case "blank" -> into.addAll(List.of(new int[] {' ', ' '}, new int[] {'\t', '\t'}));
            case "cntrl" -> into.addAll(List.of(new int[] {0, 31}, new int[] {127, 127}));
            case "digit" -> into.add(new int[] {'0', '9'});
            case "graph" -> into.add(new int[] {33, 126});
            case "lower" -> into.add(new int[] {'a', 'z'});
            case "print" -> into.add(new int[] {32, 126});
            case "punct" ->
                into.addAll(List.of(new int[] {33, 47}, new int[] {58, 64}, new int[] {91, 96}, new int[] {123, 126}));
            case "space" -> into.addAll(List.of(new int[] {' ', ' '}, new int[] {9, 13}));
            case "upper" -> into.add(new int[] {'A', 'Z'});
            case "xdigit" -> into.addAll(List.of(new int[] {'0', '9'}, new int[] {'A', 'F'}, new int[] {'a', 'f'}));
            default -> broken = true;
        }
    }

    boolean matches(String path) {
        if (broken) {
            return false;
        } else if (!literal.isEmpty()) {
            return literal.equals(path);
        } else if (!suffix.isEmpty()) {
            return path.endsWith(suffix) && path.indexOf('/') < 0;
        }
        BitSet states = new BitSet(steps.size() + 1);
        reach(states, 0, true);
        for (int i = 0; i < path.length() && !states.isEmpty(); ) {
            int c = path.codePointAt(i);
            i += Character.charCount(c);
            BitSet next = new BitSet(steps.size() + 1);
            for (int s = states.nextSetBit(0); s >= 0 && s < steps.size(); s = states.nextSetBit(s + 1)) {
                step(s, c, next);
            }
            states = next;
        }
        return states.get(steps.size());
    }

    /** Sets a state and those it reaches for nothing; {@code FOLDERS} is left only after a slash. */
    private void reach(BitSet states, int state, boolean leaves) {
        for (int s = state; ; s++) {
            states.set(s);
            int what = s == steps.size() ? 0 : steps.get(s).what;
            if (!(what == STAR || what == FOLDERS && leaves)) {
                return;
            }
        }
    }

    private void step(int state, int c, BitSet next) {
        Step step = steps.get(state);
        switch (step.what) {
            case STAR -> {
                if (c != '/') {
                    reach(next, state, false);
                }
            }
            case FOLDERS -> reach(next, state, c == '/');
            case ALL -> {
                next.set(state);
                next.set(state + 1);
            }
            case ONE -> {
                if (c != '/') {
                    reach(next, state + 1, true);
                }
            }
            case CLASS -> {
                if (c != '/' && step.oneOf.has(c)) {
                    reach(next, state + 1, true);
                }
            }
            default -> {
                if (step.what == c) {
                    reach(next, state + 1, true);
                }
            }
        }
    }

    /** Whether it is a plain name or path, to be looked up rather than tried. */
    boolean isLiteral() {
        return !literal.isEmpty();
    }

    String literal() {
        return literal;
    }
}
