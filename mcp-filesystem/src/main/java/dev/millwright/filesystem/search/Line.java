package dev.millwright.filesystem.search;

import dev.millwright.filesystem.text.JsonCost;
import java.util.OptionalInt;

/** One line shown of a file: with the column of its first match, or without one where it is context; both from 1. */
public record Line(int line, OptionalInt column, String text) {
    /** Bytes of JSON around the text. */
    private static final int FRAME = 34;

    int cost() {
        return FRAME + JsonCost.of(text);
    }
}
