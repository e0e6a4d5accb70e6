package dev.millwright.git.repo;

import dev.millwright.tool.Call;
import java.util.Collection;
import java.util.Map;

/** One change in the making. */
public interface Change {
    /** Takes it back later: the answer's {@code opId}. */
    String opId();

    Repo repo();

    Call call();

    /**
     * Keeps what the working tree has at these paths, or that it has nothing. Durable on return: call before writing.
     */
    void willWrite(Collection<String> paths);

    /**
     * Writes down which refs get which value: an id, {@code ref: } and a name, or nothing for a ref that goes. Durable on
     * return; {@link RefWrites} does it.
     */
    void willMove(Map<String, String> refs);

    /** A folder of the roots is about to be made, with all that will be in it; undo takes it away whole. */
    void willMake(String path);

    /** A folder of the roots goes once all else is done, with all that is in it; undo brings it back. */
    void willRemove(String path);

    /** Something undo will not bring back, said in its answer, as in {@code pushed main to origin}. */
    void cannotUndo(String what);
}
