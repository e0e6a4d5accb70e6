package dev.millwright.tool;

import java.util.Optional;

/** An input by which the caller chooses one of several systems that the server reaches. */
public interface Targeted {
    /** Empty for the configured one. */
    Optional<String> system();
}
