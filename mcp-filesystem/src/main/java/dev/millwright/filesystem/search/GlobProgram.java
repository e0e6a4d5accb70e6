package dev.millwright.filesystem.search;

import dev.millwright.filesystem.search.Glob.Broken;
import dev.millwright.filesystem.search.Glob.Dialect;
import java.util.ArrayList;
import java.util.List;

/** The states of a glob's automaton and, for each, the states reached once it consumed a character. */
final class GlobProgram {
    /** Characters a pattern may have. */
    static final int MAX_LENGTH = 1_000;

    private static final int MAX_DEPTH = 8;

    private sealed interface State {
        record One(int c) implements State {}

        record Any() implements State {}

        record AnyButSlash() implements State {}

        record OneOf(boolean negated, List<int[]> ranges) implements State {}

        /** Goes on at either target without consuming. */
        record Fork(int first, int second) implements State {}

        record End() implements State {}
    }

    private final List<State> states = new ArrayList<>();
    private final String pattern;
    private final Dialect dialect;
    private int at;
    private long[][] closures = {};

    private GlobProgram(String pattern, Dialect dialect) {
        this.pattern = pattern;
        this.dialect = dialect;
    }

    static GlobProgram compile(String pattern, Dialect dialect) throws Broken {
        if (pattern.isEmpty() || pattern.length() > MAX_LENGTH) {
            throw new Broken("must have 1 to " + MAX_LENGTH + " characters, has " + pattern.length());
        }
        GlobProgram program = new GlobProgram(pattern, dialect);
        program.sequence(0);
        program.states.add(new State.End());
        program.close();
        return program;
    }

    long[] start() {
        return closures[0];
    }

    int end() {
        return states.size() - 1;
    }

    long[] after(int state) {
        return closures[state + 1];
    }

    boolean consumes(int state, int c) {
        return switch (states.get(state)) {
            case State.One one -> one.c() == c;
            case State.Any any -> true;
            case State.AnyButSlash any -> c != '/';
            case State.OneOf one -> c != '/' && contains(one.ranges(), c) != one.negated();
            case State.Fork fork -> false;
            case State.End end -> false;
        };
    }

    /** The characters every match ends with. */
    String ending() {
        StringBuilder ending = new StringBuilder();
        int first = end();
        while (first > 0 && states.get(first - 1) instanceof State.One one) {
            ending.insert(0, Character.toString(one.c()));
            first--;
        }
        int start = first;
        boolean jumpedInto = states.stream()
                .anyMatch(state -> state instanceof State.Fork fork && (fork.first() > start || fork.second() > start));
        return jumpedInto ? "" : ending.toString();
    }

    boolean literal() {
        return states.subList(0, end()).stream().allMatch(state -> state instanceof State.One);
    }

    private void sequence(int depth) throws Broken {
        while (at < pattern.length()) {
            int c = pattern.codePointAt(at);
            if (depth > 0 && (c == ',' || c == '}')) {
                return;
            }
            at += Character.charCount(c);
            switch (c) {
                case '*' -> star();
                case '?' -> states.add(new State.AnyButSlash());
                case '[' -> oneOf();
                case '\\' -> escaped();
                case '{' -> {
                    if (dialect == Dialect.CALLER) {
                        either(depth + 1);
                    } else {
                        states.add(new State.One(c));
                    }
                }
                default -> states.add(new State.One(c));
            }
        }
    }

    private void star() {
        int first = at - 1;
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        boolean several = at - first > 1;
        boolean opens = first == 0 || "/{,".indexOf(pattern.charAt(first - 1)) >= 0;
        boolean slashFollows = at < pattern.length() && pattern.charAt(at) == '/';
        if (several && opens && slashFollows) {
            // Any number of whole names, none included: (.*/)?
            at++;
            int start = states.size();
            states.add(new State.Fork(start + 1, start + 5));
            loop(new State.Any());
            states.add(new State.One('/'));
            return;
        }
        boolean crosses = several && (dialect == Dialect.CALLER || opens && at == pattern.length());
        loop(crosses ? new State.Any() : new State.AnyButSlash());
    }

    private void loop(State body) {
        int fork = states.size();
        states.add(new State.Fork(fork + 1, fork + 3));
        states.add(body);
        states.add(new State.Fork(fork, fork));
    }

    private void either(int depth) throws Broken {
        int opened = at - 1;
        if (depth > MAX_DEPTH) {
            throw new Broken("braces may nest " + MAX_DEPTH + " deep, more at character " + (opened + 1));
        }
        List<Integer> exits = new ArrayList<>();
        while (true) {
            int fork = states.size();
            states.add(new State.Fork(fork + 1, fork + 1));
            sequence(depth);
            if (at >= pattern.length()) {
                throw new Broken("'{' at character " + (opened + 1) + " is never closed");
            }
            boolean more = pattern.charAt(at++) == ',';
            exits.add(states.size());
            states.add(new State.Fork(0, 0));
            states.set(fork, new State.Fork(fork + 1, more ? states.size() : fork + 1));
            if (!more) {
                break;
            }
        }
        int after = states.size();
        exits.forEach(exit -> states.set(exit, new State.Fork(after, after)));
    }

    private void escaped() throws Broken {
        if (at >= pattern.length()) {
            throw new Broken("ends in a lone \\");
        }
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        states.add(new State.One(c));
    }

    private void oneOf() throws Broken {
        int opened = at;
        boolean negated = at < pattern.length() && (pattern.charAt(at) == '!' || pattern.charAt(at) == '^');
        if (negated) {
            at++;
        }
        List<int[]> ranges = new ArrayList<>();
        int first = at;
        while (true) {
            if (at >= pattern.length()) {
                throw new Broken("'[' at character " + opened + " is never closed");
            } else if (pattern.charAt(at) == ']' && at > first) {
                at++;
                break;
            } else if (pattern.startsWith("[:", at) && pattern.indexOf(":]", at) > 0) {
                ranges.addAll(named());
            } else {
                int low = classCharacter(opened);
                boolean range = at + 1 < pattern.length() && pattern.charAt(at) == '-' && pattern.charAt(at + 1) != ']';
                if (range) {
                    at++;
                }
                int high = range ? classCharacter(opened) : low;
                if (high < low && dialect == Dialect.CALLER) {
                    throw new Broken(
                            "range " + Character.toString(low) + "-" + Character.toString(high) + " runs backwards");
                }
                ranges.add(new int[] {low, high});
            }
        }
        states.add(new State.OneOf(negated, List.copyOf(ranges)));
    }

    private int classCharacter(int opened) throws Broken {
        if (pattern.charAt(at) == '\\') {
            at++;
        }
        if (at >= pattern.length()) {
            throw new Broken("'[' at character " + opened + " is never closed");
        }
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    private List<int[]> named() throws Broken {
        int end = pattern.indexOf(":]", at);
        String name = pattern.substring(at + 2, end);
        String pairs = switch (name) {
            case "alnum" -> "09AZaz";
            case "alpha" -> "AZaz";
            case "blank" -> "  \t\t";
            case "cntrl" -> "\0\37\177\177";
            case "digit" -> "09";
            case "graph" -> "!~";
            case "lower" -> "az";
            case "print" -> " ~";
            case "punct" -> "!/:@[`{~";
            case "space" -> "\t\r  ";
            case "upper" -> "AZ";
            case "xdigit" -> "09AFaf";
            default -> throw new Broken("no class named [:" + name + ":]");
        };
        at = end + 2;
        List<int[]> ranges = new ArrayList<>();
        for (int i = 0; i < pairs.length(); i += 2) {
            ranges.add(new int[] {pairs.charAt(i), pairs.charAt(i + 1)});
        }
        return ranges;
    }

    private static boolean contains(List<int[]> ranges, int c) {
        for (int[] range : ranges) {
            if (range[0] <= c && c <= range[1]) {
                return true;
            }
        }
        return false;
    }

    private void close() {
        closures = new long[states.size()][(states.size() + 63) >> 6];
        for (int state = 0; state < states.size(); state++) {
            reach(closures[state], state);
        }
    }

    private void reach(long[] set, int state) {
        if ((set[state >> 6] >>> state & 1) != 0) {
            return;
        }
        set[state >> 6] |= 1L << state;
        if (states.get(state) instanceof State.Fork fork) {
            reach(set, fork.first());
            reach(set, fork.second());
        }
    }
}
