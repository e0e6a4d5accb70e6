package dev.millwright.k8s.trace;

import dev.millwright.k8s.model.Ref;

/**
 * One step of the way to a container.
 *
 * @param why in a few words, also where it is well
 */
public record Hop(Step step, Ref object, Verdict verdict, String why) {
    /** In the order a request takes them. */
    public enum Step {
        INGRESS,
        SERVICE,
        PODS,
        SLICE,
        PORT,
        PROBE,
        POLICY
    }

    /** Whether a request comes past it. */
    public enum Verdict {
        OK,
        /** Works, or may not for every request. */
        WARN,
        BROKEN,
        UNKNOWN
    }
}
