package dev.millwright.git.undo;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Refs of ours that keep what an undo needs from being collected as garbage: {@code refs/millwright/undo/OPERATION/N}. */
final class Pins {
    private static final String FOLDER = Snapshot.OURS + "undo/";

    private final Repo repo;

    Pins(Repo repo) {
        this.repo = repo;
    }

    /**
     * Pins what the moved refs had before, but for a branch that went on to a child of it.
     *
     * @param more what nothing else leads to any more
     */
    void keep(
            String opId,
            Map<String, String> refsBefore,
            String headBefore,
            Map<String, String> moved,
            Set<ObjectId> more) {
        Set<ObjectId> old = new LinkedHashSet<>(more);
        try (RevWalk walk = new RevWalk(repo.git())) {
            for (Map.Entry<String, String> move : moved.entrySet()) {
                String before =
                        move.getKey().equals(Constants.HEAD) ? headBefore : refsBefore.getOrDefault(move.getKey(), "");
                if (ObjectId.isId(before) && !goesOn(walk, ObjectId.fromString(before), move.getValue())) {
                    old.add(ObjectId.fromString(before));
                }
            }
            int number = 0;
            for (ObjectId id : old) {
                RefUpdate pin = repo.git().updateRef(FOLDER + name(opId) + "/" + number++);
                pin.setNewObjectId(id);
                pin.disableRefLog();
                pin.forceUpdate();
            }
        } catch (IOException e) {
            throw ToolException.unavailable("what undo needs of " + repo.shown() + " cannot be kept", e);
        }
    }

    private static boolean goesOn(RevWalk walk, ObjectId before, String after) throws IOException {
        if (!ObjectId.isId(after)) {
            return false;
        }
        return walk.parseAny(ObjectId.fromString(after)) instanceof RevCommit commit
                && Arrays.asList(commit.getParents()).contains(before);
    }

    private static String name(String opId) {
        return opId.replaceAll("[^A-Za-z0-9-]", "-");
    }

    /** Lets go of the pins of all operations that are no longer known. */
    void release(Predicate<String> known) {
        try {
            for (Ref ref : repo.git().getRefDatabase().getRefsByPrefix(FOLDER)) {
                String opId = ref.getName().substring(FOLDER.length());
                int end = opId.lastIndexOf('/');
                // Without a number it is none of ours, and nothing is undone with it.
                if (end < 0 || !known.test(opId.substring(0, end))) {
                    RefUpdate pin = repo.git().updateRef(ref.getName());
                    pin.setForceUpdate(true);
                    pin.delete();
                }
            }
        } catch (IOException e) {
            throw ToolException.unavailable("what was kept for undo in " + repo.shown() + " cannot be let go", e);
        }
    }
}
