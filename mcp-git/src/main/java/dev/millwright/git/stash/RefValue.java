package dev.millwright.git.stash;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;

/** The newest stash. */
record RefValue(Repo repo) {
    /** The zero id for none. */
    ObjectId now() {
        try {
            Ref ref = repo.git().exactRef(Constants.R_STASH);
            return ref == null || ref.getObjectId() == null ? ObjectId.zeroId() : ref.getObjectId();
        } catch (IOException e) {
            throw ToolException.unavailable("the stashes of " + repo.shown() + " cannot be read", e);
        }
    }
}
