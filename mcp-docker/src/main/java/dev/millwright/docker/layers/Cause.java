package dev.millwright.docker.layers;

/** Why bytes are carried that need not be. */
public enum Cause {
    /** A later layer removes the file: every pull carries it, nobody sees it. */
    DELETED_LATER(true),
    /** A later layer writes the same bytes again with another mode, owner or time. */
    SAME_CONTENT(true),
    /** A later layer writes the file anew, or puts something else in its place. */
    CHANGED(true),
    /** The final image holds the same bytes under another path too. */
    DUPLICATE(false),
    /** What a package manager keeps to be faster next time. */
    PACKAGE_CACHE(false),
    VERSION_CONTROL(false),
    TESTS(false),
    DOCUMENTATION(false),
    /** Compilers, headers, static libraries. */
    BUILD_TOOLS(false);

    private final boolean lost;

    Cause(boolean lost) {
        this.lost = lost;
    }

    /** Whether the final image does not show the bytes; else it does, and is likely to do without them. */
    public boolean isLost() {
        return lost;
    }
}
