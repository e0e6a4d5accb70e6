package dev.millwright.filesystem.search;

import java.util.Arrays;

/**
 * A pattern for paths, run as an automaton: time grows with pattern times path, whatever the pattern is (Thompson's
 * simulation, so there is nothing to backtrack into).
 *
 * <p>{@code *}, {@code ?} and {@code [a-z]} stay within one name, {@code **} crosses slashes, {@code {a,b}} is either.
 */
final class Glob {
    /** What a star, a brace and a broken class mean. */
    enum Dialect {
        /** A caller's: braces choose, {@code **} crosses slashes anywhere, what is broken is refused. */
        CALLER,
        /** Git's ignore files: braces are literal, {@code **} needs a name to itself, what is broken never matches. */
        IGNORE_FILE
    }

    /** A pattern that does not parse; the message names the place. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }

    private final GlobProgram program;
    private final String ending;
    private final boolean literal;

    private Glob(GlobProgram program) {
        this.program = program;
        this.ending = program.ending();
        this.literal = program.literal();
    }

    /** @throws Broken when the pattern does not parse, is empty or longer than {@link GlobProgram#MAX_LENGTH} */
    static Glob of(String pattern, Dialect dialect) throws Broken {
        return new Glob(GlobProgram.compile(pattern, dialect));
    }

    boolean matches(String path) {
        if (literal) {
            return ending.equals(path);
        }
        return path.endsWith(ending) && run(path);
    }

    private boolean run(String path) {
        long[] now = program.start().clone();
        long[] next = new long[now.length];
        for (int i = 0, c; i < path.length(); i += Character.charCount(c)) {
            c = path.codePointAt(i);
            if (!step(now, next, c)) {
                return false;
            }
            long[] swap = now;
            now = next;
            next = swap;
        }
        int end = program.end();
        return (now[end >> 6] >>> end & 1) != 0;
    }

    private boolean step(long[] now, long[] next, int c) {
        Arrays.fill(next, 0);
        boolean alive = false;
        for (int word = 0; word < now.length; word++) {
            for (long left = now[word]; left != 0; left &= left - 1) {
                int state = (word << 6) + Long.numberOfTrailingZeros(left);
                if (program.consumes(state, c)) {
                    long[] reached = program.after(state);
                    for (int i = 0; i < next.length; i++) {
                        next[i] |= reached[i];
                    }
                    alive = true;
                }
            }
        }
        return alive;
    }
}
