package dev.millwright.audit;

/** When an append returns. */
public enum Durability {
    /** After the event is on the disk: for calls that change something. */
    SYNC,
    /** After the event is with the operating system: it outlives the process, not a power cut. */
    ASYNC
}
