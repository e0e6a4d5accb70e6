package dev.millwright.git.merge;

import dev.millwright.git.merge.TextMerge.Hunk;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.work.PathChange.Conflict;
import dev.millwright.git.work.PathChange.Side;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/** Conflicts as a reader wants them: what each side has where they disagree, without markers. */
public final class ConflictText {
    /**
     * A stretch where the sides disagree; nothing to be read there for a side that removed it.
     *
     * @param line of ours, from 1
     * @param theirLine of theirs, from 1
     */
    public record Both(int line, String ours, int theirLine, String theirs) {}

    /**
     * A path in conflict.
     *
     * @param kind as {@code git status} says it: {@code UU} both changed, {@code AA} both added, {@code UD} deleted by
     *     them
     * @param more hunks left out
     */
    public record View(String path, String kind, Optional<List<Both>> hunks, OptionalInt more, Optional<String> note) {}

    private static final List<String> KINDS = List.of("", "DD", "AU", "UD", "UA", "DU", "AA", "UU");
    private static final int FRAME = 120;

    private final Repo repo;
    private final Call call;
    private int room;

    /** @param room bytes of JSON for all */
    public ConflictText(Repo repo, Call call, int room) {
        this.repo = repo;
        this.call = call;
        this.room = room;
    }

    /** Bytes left. */
    public int room() {
        return room;
    }

    /** As {@code git status} says which sides are there. */
    public static String letters(Conflict conflict) {
        return KINDS.get((conflict.base().isPresent() ? 1 : 0)
                + (conflict.ours().isPresent() ? 2 : 0)
                + (conflict.theirs().isPresent() ? 4 : 0));
    }

    /** The hunks of a path, as far as there is room. */
    public View view(Conflict conflict) throws IOException {
        CallMonitor.check(call);
        String path = RepoText.path(conflict.path());
        String kind = letters(conflict);
        room -= FRAME + path.length();
        if (conflict.ours().isEmpty() || conflict.theirs().isEmpty()) {
            return new View(path, kind, Optional.empty(), OptionalInt.empty(), Optional.empty());
        }
        try (ObjectReader reader = repo.git().newObjectReader()) {
            Blobs blobs = new Blobs(reader, repo.config().maxTextBytes());
            Optional<byte[]> base = text(blobs, conflict.base());
            Optional<byte[]> ours = text(blobs, conflict.ours());
            Optional<byte[]> theirs = text(blobs, conflict.theirs());
            if (base.isEmpty() || ours.isEmpty() || theirs.isEmpty()) {
                return new View(
                        path, kind, Optional.empty(), OptionalInt.empty(), Optional.of("not text, or too large"));
            }
            List<Hunk> hunks = TextMerge.conflicts(base.get(), ours.get(), theirs.get(), () -> CallMonitor.check(call));
            List<Both> shown = new ArrayList<>();
            for (Hunk hunk : hunks) {
                Both both = new Both(
                        hunk.from() + 1,
                        lines(ours.get(), hunk.from(), hunk.to()),
                        hunk.theirFrom() + 1,
                        lines(theirs.get(), hunk.theirFrom(), hunk.theirTo()));
                int size = FRAME + (both.ours().length() + both.theirs().length()) * 11 / 10;
                if (size > room) {
                    break;
                }
                room -= size;
                shown.add(both);
            }
            int left = hunks.size() - shown.size();
            return new View(
                    path,
                    kind,
                    Optional.of(shown).filter(some -> !some.isEmpty()),
                    left > 0 ? OptionalInt.of(left) : OptionalInt.empty(),
                    hunks.isEmpty() ? Optional.of("text agrees; mode or place does not") : Optional.empty());
        }
    }

    private static Optional<byte[]> text(Blobs blobs, Optional<Side> side) throws IOException {
        if (side.isPresent() && Node.type(side.get()) != FileMode.TYPE_FILE) {
            return Optional.empty();
        }
        return blobs.read(side.map(Side::id).orElse(ObjectId.zeroId())).filter(bytes -> !Fingerprint.isBinary(bytes));
    }

    private static String lines(byte[] text, int from, int to) {
        int at = 0;
        int start = -1;
        for (int line = 0; line < to && at < text.length; line++) {
            if (line == from) {
                start = at;
            }
            while (at < text.length && text[at] != '\n') {
                at++;
            }
            at = Math.min(at + 1, text.length);
        }
        return start < 0 ? "" : RepoText.plain(new String(text, start, at - start, StandardCharsets.UTF_8));
    }
}
