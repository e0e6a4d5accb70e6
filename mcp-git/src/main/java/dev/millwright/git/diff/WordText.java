package dev.millwright.git.diff;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A hunk by words: {@code [-gone-]} and {@code {+new+}} within lines, as in {@code git diff --word-diff}. */
final class WordText {
    /** A text cut at white space; the words between are compared. */
    private record Words(String text, List<Integer> starts, List<Integer> ends, Lines lines) {
        static Words of(String text) {
            List<Integer> starts = new ArrayList<>();
            List<Integer> ends = new ArrayList<>();
            StringBuilder joined = new StringBuilder();
            for (int i = 0; i < text.length(); ) {
                int end = i;
                while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
                    end++;
                }
                if (end > i) {
                    starts.add(i);
                    ends.add(end);
                    joined.append(text, i, end).append('\n');
                }
                i = Math.max(end, i + 1);
            }
            return new Words(text, starts, ends, new Lines(joined.toString().getBytes(StandardCharsets.UTF_8)));
        }

        String between(int from, int to) {
            return from == to ? "" : text.substring(starts.get(from), ends.get(to - 1));
        }

        /** Where the white space before a word begins. */
        int gap(int word) {
            return word == 0 ? 0 : ends.get(word - 1);
        }
    }

    private WordText() {}

    static String hunk(FileDiff.Texts texts, Hunk hunk) {
        StringBuilder out = new StringBuilder(
                PatchText.header(texts, hunk.number(), hunk.from(), hunk.to(), hunk.newFrom(), hunk.newTo()));
        int at = hunk.newFrom();
        for (Edit edit : hunk.edits()) {
            out.append(text(texts.to(), at, edit.newFrom()));
            words(out, text(texts.from(), edit.from(), edit.to()), text(texts.to(), edit.newFrom(), edit.newTo()));
            at = edit.newTo();
        }
        out.append(text(texts.to(), at, hunk.newTo()));
        return out.toString();
    }

    private static String text(Lines text, int from, int to) {
        StringBuilder out = new StringBuilder();
        for (int i = from; i < to; i++) {
            out.append(PatchText.line(text, i)).append('\n');
        }
        return out.toString();
    }

    private static void words(StringBuilder out, String old, String now) {
        Words from = Words.of(old);
        Words to = Words.of(now);
        int at = 0;
        for (Edit edit : EditScript.of(from.lines, to.lines).edits()) {
            out.append(now, to.gap(at), to.gap(edit.newFrom()));
            boolean adds = edit.added() > 0;
            int start = adds ? to.starts.get(edit.newFrom()) : to.gap(edit.newFrom());
            out.append(now, to.gap(edit.newFrom()), start);
            marked(out, "[-", from.between(edit.from(), edit.to()), "-]");
            marked(out, "{+", to.between(edit.newFrom(), edit.newTo()), "+}");
            at = edit.newTo();
        }
        out.append(now, to.gap(at), now.length());
        if (now.isEmpty()) {
            out.append('\n');
        }
    }

    private static void marked(StringBuilder out, String open, String text, String close) {
        if (!text.isEmpty()) {
            out.append(open).append(text).append(close);
        }
    }
}
