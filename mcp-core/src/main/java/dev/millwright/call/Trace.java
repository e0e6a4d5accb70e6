package dev.millwright.call;

/** Measures the call. */
record Trace(Metrics metrics) implements Step {
    @Override
    public Reply pass(Attempt attempt, Next next) throws Exception {
        long start = System.nanoTime();
        String outcome = Outcome.OK;
        try {
            return next.go();
        } catch (Throwable e) {
            outcome = Outcome.of(e);
            throw e;
        } finally {
            metrics.finished(attempt.operation(), outcome, System.nanoTime() - start);
        }
    }
}
