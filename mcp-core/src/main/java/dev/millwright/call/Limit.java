package dev.millwright.call;

import dev.millwright.tool.ToolException;
import java.time.Duration;

/** Holds a call to its tenant's quota, its input's size, its deadline and its output budget. */
record Limit(Policy policy, Quotas quotas) implements Step {
    @Override
    public Reply pass(Attempt attempt, Next next) throws Exception {
        if (attempt.size() > policy.maxInput()) {
            throw ToolException.limit("the arguments are %d bytes of JSON; at most %d fit (max-input)"
                    .formatted(attempt.size(), policy.maxInput()));
        }
        int budget = attempt.work().budget().orElse(policy.budget());
        Duration time = attempt.operation().deadline().orElse(policy.deadline());
        try (Quotas.Slot _ = quotas.enter(attempt.who().tenant(), attempt.size());
                Deadline deadline = new Deadline(time, policy.patience())) {
            attempt.limit(deadline, budget);
            try {
                return next.go();
            } catch (Exception e) {
                if (deadline.missed()) {
                    throw ToolException.limit(
                            "%s took longer than its deadline of %d s and was stopped; ask for less at once"
                                    .formatted(attempt.operation().name(), time.toSeconds()));
                }
                throw e;
            }
        }
    }
}
