package dev.millwright.filesystem.search;

/** Cuts what is shown of a long line to the surroundings of its match. */
final class Clip {
    /** Bytes of a line that are shown. */
    private static final int MAX = 300;

    private static final int BEFORE = 80;

    private Clip() {}

    /** The line from {@code first} to {@code last}, or as much of it as is shown, with … where something was left out. */
    static String around(byte[] text, int first, int last, int matchFrom, int matchTo) {
        int end = last > first && text[last - 1] == '\r' ? last - 1 : last;
        if (end - first <= MAX) {
            return Decoded.of(text, first, end).text();
        }
        int spare = Math.max(BEFORE, MAX - (matchTo - matchFrom) - BEFORE);
        int from = Math.max(first, Math.min(matchFrom - BEFORE, end - MAX));
        int to = Math.min(end, Math.max(from + MAX, Math.min(matchTo, from + MAX) + Math.min(spare, BEFORE)));
        while (from > first && from < end && (text[from] & 0xc0) == 0x80) {
            from++;
        }
        while (to < end && to > from && (text[to] & 0xc0) == 0x80) {
            to--;
        }
        return (from > first ? "…" : "") + Decoded.of(text, from, to).text() + (to < end ? "…" : "");
    }
}
