package dev.millwright.call;

import dev.millwright.tool.ToolException;
import java.math.BigDecimal;
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
        Duration most = attempt.operation().deadline().orElse(policy.deadline());
        Duration time = attempt.work()
                .timeout()
                .filter(asked -> asked.compareTo(most) < 0)
                .orElse(most);
        try (Quotas.Slot _ = quotas.enter(attempt.who().tenant(), attempt.size());
                Deadline deadline = new Deadline(time, policy.patience())) {
            attempt.limit(deadline, budget);
            try {
                return next.go();
            } catch (Exception e) {
                if (deadline.missed()) {
                    throw ToolException.limit(
                            "%s took longer than its deadline of %s s and was stopped; ask for less at once"
                                    .formatted(
                                            attempt.operation().name(),
                                            BigDecimal.valueOf(time.toMillis(), 3)
                                                    .stripTrailingZeros()
                                                    .toPlainString()));
                }
                throw e;
            }
        }
    }
}
