package dev.millwright.call;

import dev.millwright.tool.ToolException;
import dev.millwright.tool.Unanswerable;
import java.util.Locale;

/** How a call ended, in one word, for the audit log and the metrics. */
final class Outcome {
    static final String OK = "ok";

    private Outcome() {}

    static String of(Throwable failure) {
        return switch (failure) {
            case ToolException e -> e.kind().name().toLowerCase(Locale.ROOT);
            case NeedsInput e -> "input_required";
            case Unanswerable e -> "unanswerable";
            case InterruptedException e -> "cancelled";
            default -> "internal";
        };
    }
}
