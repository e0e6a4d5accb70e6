package dev.millwright.git.remote;

import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What a push did, or would do.
 *
 * @param message what the other side said, untrusted; empty for nothing
 */
public record Pushed(List<Result> results, String message) {
    public Pushed {
        results = List.copyOf(results);
    }

    /** What became of a ref of the remote. */
    public enum How {
        NEW,
        FAST_FORWARD,
        FORCED,
        DELETED,
        UP_TO_DATE,
        REJECTED
    }

    /**
     * One ref of the remote.
     *
     * @param from what it had; the zero id for none
     * @param why it was rejected, or what else there is to say
     */
    public record Result(PushSpec spec, How how, ObjectId from, Optional<String> why) {
        Result but(How other, String reason) {
            return new Result(spec, other, from, Optional.of(reason));
        }

        public boolean isChange() {
            return how != How.UP_TO_DATE && how != How.REJECTED;
        }
    }
}
