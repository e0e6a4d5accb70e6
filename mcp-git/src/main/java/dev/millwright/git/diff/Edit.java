package dev.millwright.git.diff;

/** Lines {@code from} to before {@code to} of the old text, counted from 0, became those of the new one. */
public record Edit(int from, int to, int newFrom, int newTo) {
    public int removed() {
        return to - from;
    }

    public int added() {
        return newTo - newFrom;
    }
}
