package dev.millwright.workspace;

/** How well the guard holds against someone who renames and links inside the roots meanwhile. */
public enum Confinement {
    /** {@code openat2} with {@code RESOLVE_BENEATH}: the kernel decides while it opens. */
    KERNEL,
    /** Every component opened by itself without following links, links resolved by hand: as tight, slower. */
    WALK,
    /**
     * As {@link #WALK} by Java's secure directory streams, for want of native access: as tight, slower still, without
     * atomic exchange, and not stopped by mounts.
     */
    SECURE_STREAMS,
    /** Resolved, then compared: a race can be lost. */
    BEST_EFFORT
}
