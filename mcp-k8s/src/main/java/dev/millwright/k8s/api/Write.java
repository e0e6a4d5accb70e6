package dev.millwright.k8s.api;

/**
 * How a write is done; field manager and strict validation are always the same.
 *
 * @param dryRun whether the server only says what would come of it
 * @param force whether an apply takes fields from other managers
 */
public record Write(boolean dryRun, boolean force) {
    /** Whom the API names as the owner of the fields we set. */
    public static final String FIELD_MANAGER = "millwright";

    public static final Write FOR_REAL = new Write(false, false);
    public static final Write DRY_RUN = new Write(true, false);
}
