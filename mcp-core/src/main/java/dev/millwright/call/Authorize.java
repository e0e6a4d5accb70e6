package dev.millwright.call;

import dev.millwright.tool.ToolException;
import java.util.Optional;

/** Refuses what the caller may not do, by the same rule that leaves it out of the lists. */
record Authorize(Permission permission) implements Step {
    @Override
    public Reply pass(Attempt attempt, Next next) throws Exception {
        Operation operation = attempt.operation();
        Optional<String> refusal = permission
                .refusal(attempt.who(), operation)
                .or(() -> operation
                        .more()
                        .flatMap(more -> permission.refusal(
                                attempt.who(), operation, more, attempt.work().effect())));
        if (refusal.isPresent()) {
            throw ToolException.denied(refusal.get());
        }
        return next.go();
    }
}
