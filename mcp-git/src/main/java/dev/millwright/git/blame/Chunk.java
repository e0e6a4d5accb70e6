package dev.millwright.git.blame;

/**
 * Lines in a row on the way back through history.
 *
 * @param at first line in the file asked about, counted from 0
 * @param from first line in the file they are looked for in
 */
record Chunk(int at, int from, int count) {
    /** From one of its lines on, so many. */
    Chunk part(int skip, int lines) {
        return new Chunk(at + skip, from + skip, lines);
    }

    Chunk moved(int newFrom) {
        return new Chunk(at, newFrom, count);
    }

    int end() {
        return from + count;
    }
}
