package dev.millwright.docker.release;

/** One line of a checklist, checked. */
public record Item(String name, Status status, String evidence) {
    /** How it came out. */
    public enum Status {
        PASS,
        FAIL,
        /** It could not be found out, which passes no release. */
        UNKNOWN
    }

    static Item of(String name, boolean holds, String evidence) {
        return new Item(name, holds ? Status.PASS : Status.FAIL, evidence);
    }
}
