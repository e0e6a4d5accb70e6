package dev.millwright.filesystem.undo;

import dev.millwright.workspace.Stat;
import java.util.List;

/**
 * What a transaction has done.
 *
 * @param opId for undo
 * @param written of each file written, in order
 * @param notes what a caller should know beside: a dropped set-user-id bit
 */
public record Receipt(String opId, List<Stat> written, List<String> notes) {
    public Receipt {
        written = List.copyOf(written);
        notes = List.copyOf(notes);
    }
}
