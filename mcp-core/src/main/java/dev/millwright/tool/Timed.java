package dev.millwright.tool;

import java.time.Duration;
import java.util.Optional;

/** An input by which the caller chooses how long the call may take. */
public interface Timed {
    /** Empty for the deadline of the tool, which is the longest in any case. */
    Optional<Duration> timeout();
}
