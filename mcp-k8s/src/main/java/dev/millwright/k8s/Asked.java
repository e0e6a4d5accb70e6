package dev.millwright.k8s;

import dev.millwright.k8s.model.Selector;
import dev.millwright.k8s.model.Times;
import dev.millwright.tool.ToolException;
import java.time.Duration;

/** Reads texts of arguments, or says what would fit. */
final class Asked {
    private Asked() {}

    static Duration since(String text) {
        return Times.length(text)
                .orElseThrow(() -> ToolException.invalidInput(
                        "/since must be a length of time like 90s, 15m, 1h30m or 2d, got " + text));
    }

    static Selector selector(String text) {
        try {
            return Selector.parse(text);
        } catch (IllegalArgumentException e) {
            throw ToolException.invalidInput("/selector " + e.getMessage());
        }
    }
}
