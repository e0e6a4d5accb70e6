package dev.millwright.git.merge;

import dev.millwright.git.work.PathChange.Side;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one path while trees are merged: the base at 0, ours at 1, theirs at 2. Masks have bit 0, 1 and 2 for
 * them.
 */
final class Node {
    static final int BASE = 0;
    static final int OURS = 1;
    static final int THEIRS = 2;

    /** Where each version has its file: renames make them differ. */
    final String[] names;

    final @Nullable Side[] sides;
    /** Who has a file here, links and submodules included. */
    int files;
    /** Who has a folder here. */
    int folders;
    /** Whose files are the same: two of them or none. */
    int same;
    /** A rename that was decided on needs a person to look at. */
    boolean disputed;

    boolean clean;

    @Nullable
    Side result;

    Node(String path, @Nullable Side[] sides, int files, int folders, int same) {
        this.names = new String[] {path, path, path};
        this.sides = sides;
        this.files = files;
        this.folders = folders;
        this.same = same;
    }

    /** Another file at the same place. */
    Node(Node of) {
        this.names = of.names.clone();
        this.sides = of.sides.clone();
        this.files = of.files;
        this.folders = of.folders;
        this.same = of.same;
        this.disputed = of.disputed;
    }

    void resolve(@Nullable Side to) {
        result = to;
        clean = true;
    }

    static int type(@Nullable Side side) {
        return side == null ? 0 : side.mode().getBits() & org.eclipse.jgit.lib.FileMode.TYPE_MASK;
    }
}
