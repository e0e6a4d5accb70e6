package dev.millwright.workspace;

/**
 * What a caller's path names: one of the roots, and the rest of the path, literally. Nothing has been looked up yet.
 *
 * @param path relative to the root, empty for the root itself; may hold {@code ..}, which the kernel confines
 * @param prefix how answers and errors call the root; empty where it is the only one and goes unsaid
 */
public record Target(Root root, String path, String prefix) {
    /** How answers and errors call it. */
    public String shown() {
        return shown(path);
    }

    /** How answers and errors call another path of the same root. */
    public String shown(String other) {
        return prefix.isEmpty() ? (other.isEmpty() ? "." : other) : other.isEmpty() ? prefix : prefix + "/" + other;
    }

    @Override
    public String toString() {
        return shown();
    }
}
