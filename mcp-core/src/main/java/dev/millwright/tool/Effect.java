package dev.millwright.tool;

/** What a call does to the world; annotations, permission, confirmation and read-only mode all follow from it. */
public enum Effect {
    /** Changes nothing. */
    READS,
    /** Brings something new and touches nothing that is there. */
    ADDS,
    /** Changes what is there, in a way that can be undone. */
    CHANGES,
    /** Takes something away for good, or reaches where no undo does: a person is asked first. */
    DESTROYS
}
