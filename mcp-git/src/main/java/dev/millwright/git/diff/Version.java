package dev.millwright.git.diff;

import org.eclipse.jgit.lib.ObjectId;

/** One of the two sides that are compared. */
public sealed interface Version {
    /** @param id of a tree; {@link ObjectId#zeroId()} is the empty one */
    record Tree(ObjectId id) implements Version {}

    record Index() implements Version {}

    record WorkTree() implements Version {}
}
