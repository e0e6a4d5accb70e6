package dev.millwright.docker.repair;

/** How much a fix takes for granted. */
public enum Safety {
    /** The image is the same but for what the finding is about. */
    SAFE,
    /** Right where a condition holds that the Dockerfile alone does not show. */
    CONDITIONAL;

    /** Whether one who wants fixes up to this takes the other. */
    public boolean allows(Safety other) {
        return compareTo(other) >= 0;
    }
}
