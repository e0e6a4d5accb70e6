package dev.millwright.call;

/** Where finished calls are counted; the HTTP transport publishes them. */
public interface Metrics {
    /** @param outcome {@code ok}, {@code cancelled}, {@code input_required} or the lower-case kind of the error */
    void finished(Operation operation, String outcome, long nanos);
}
