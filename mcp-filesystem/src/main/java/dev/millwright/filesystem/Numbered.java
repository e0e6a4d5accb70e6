package dev.millwright.filesystem;

import dev.millwright.filesystem.text.Passage;

/** Text with the number of each line before it. */
final class Numbered {
    private Numbered() {}

    static String lines(Passage passage) {
        if (passage.firstLine().isEmpty() || passage.text().isEmpty()) {
            return passage.text();
        }
        StringBuilder numbered = new StringBuilder(passage.text().length() * 5 / 4);
        long line = passage.firstLine().getAsLong();
        String text = passage.text();
        for (int at = 0; at < text.length(); line++) {
            int end = text.indexOf('\n', at);
            int next = end < 0 ? text.length() : end + 1;
            numbered.append(line).append('\t').append(text, at, next);
            at = next;
        }
        return numbered.toString();
    }
}
