package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.RefUpdate.Result;
import org.eclipse.jgit.lib.Repository;

/**
 * Moves refs, each under its lock and only from the value it is expected to have. What is about to move is written down
 * first, so that a change cut short is taken back, and nothing anyone else moved.
 */
public final class RefWrites {
    /** What {@link Change#willMove} is told of a ref that goes. */
    public static final String GONE = "";

    /** What stands before the name of another ref in a symbolic one. */
    public static final String SYMBOLIC = "ref: ";

    /** Where HEAD is for a moment while the branch it is on goes. */
    private static final String UNBORN = Constants.R_HEADS + "millwright-unborn";

    private final Change change;
    private final Repository git;

    /** One ref that gets a value. @param expected the zero id for one that must not be there yet */
    public record Put(String ref, ObjectId expected, ObjectId to) {}

    public RefWrites(Change change) {
        this.change = change;
        this.git = change.repo().git();
    }

    /**
     * Gives a ref a value. The branch that is checked out may move too: {@code HEAD} then has the line in its log as
     * well. {@code HEAD} itself stands for its branch, or for the commit where it is detached.
     *
     * @param expected the zero id for a ref that must not be there yet
     * @param reflog one line, as Git words it: {@code commit: Fix the gate}
     * @throws ToolException {@code CONFLICT} when it has another value or its lock is held, saying which
     */
    public void put(String ref, ObjectId expected, ObjectId to, String reflog) {
        putAll(List.of(new Put(ref, expected, to)), reflog);
    }

    /** As {@link #put} for several; written down at once. */
    public void putAll(List<Put> puts, String reflog) {
        change.willMove(puts.stream()
                .collect(
                        Collectors.toMap(put -> leaf(put.ref()), put -> put.to().name())));
        for (Put put : puts) {
            String ref = leaf(put.ref());
            update(ref, put.expected(), () -> {
                RefUpdate update = git.updateRef(ref.equals(leaf(Constants.HEAD)) ? Constants.HEAD : ref);
                update.setNewObjectId(put.to());
                update.setExpectedOldObjectId(put.expected());
                log(update, reflog);
                return update.forceUpdate();
            });
        }
    }

    /** Removes a ref, and its log. The branch that is checked out may go too, as for a first commit taken back. */
    public void delete(String ref, ObjectId expected) {
        boolean current = ref.equals(leaf(Constants.HEAD));
        change.willMove(current ? Map.of(ref, GONE, Constants.HEAD, SYMBOLIC + UNBORN) : Map.of(ref, GONE));
        update(ref, expected, () -> {
            if (current) {
                // Nothing is deleted under HEAD: for that moment it is on a branch that is not born.
                link(Constants.HEAD, UNBORN, Optional.empty());
            }
            try {
                RefUpdate update = git.updateRef(ref, true);
                update.setExpectedOldObjectId(expected);
                update.setForceUpdate(true);
                return update.delete();
            } finally {
                if (current) {
                    link(Constants.HEAD, ref, Optional.empty());
                }
            }
        });
    }

    /**
     * Gives any ref, a symbolic one too, a value as {@link Change#willMove} is told it.
     *
     * @param from the value it is expected to have
     */
    public void move(String ref, String from, String to, String reflog) {
        if (to.equals(GONE)) {
            delete(ref, value(ref));
        } else if (to.startsWith(SYMBOLIC)) {
            change.willMove(Map.of(ref, to));
            update(
                    ref,
                    value(ref),
                    () -> raw(ref).equals(from)
                            ? link(ref, to.substring(SYMBOLIC.length()), Optional.of(reflog))
                            : Result.LOCK_FAILURE);
        } else if (ref.equals(Constants.HEAD) || from.startsWith(SYMBOLIC)) {
            change.willMove(Map.of(ref, to));
            ObjectId expected = value(ref);
            update(
                    ref,
                    expected,
                    () -> raw(ref).equals(from)
                            ? set(ref, expected, ObjectId.fromString(to), reflog)
                            : Result.LOCK_FAILURE);
        } else {
            put(
                    ref,
                    from.equals(GONE) ? ObjectId.zeroId() : ObjectId.fromString(from),
                    ObjectId.fromString(to),
                    reflog);
        }
    }

    private Result set(String ref, ObjectId expected, ObjectId to, String reflog) throws IOException {
        RefUpdate update = git.updateRef(ref, true);
        update.setNewObjectId(to);
        update.setExpectedOldObjectId(expected);
        log(update, reflog);
        return update.forceUpdate();
    }

    /** What a ref says: an id, or the name of another. */
    private String raw(String ref) throws IOException {
        Ref found = git.exactRef(ref);
        if (found == null) {
            return GONE;
        }
        return found.isSymbolic()
                ? SYMBOLIC + found.getTarget().getName()
                : value(ref).name();
    }

    /**
     * Puts {@code HEAD} on a branch.
     *
     * @param expected the commit it is at now; the zero id for a branch without one
     */
    public void attach(String branch, ObjectId expected, String reflog) {
        change.willMove(Map.of(Constants.HEAD, SYMBOLIC + branch));
        update(Constants.HEAD, expected, () -> {
            if (!value(Constants.HEAD).equals(expected)) {
                return Result.LOCK_FAILURE;
            }
            return link(Constants.HEAD, branch, Optional.of(reflog));
        });
    }

    /** Puts {@code HEAD} on a commit, off any branch. @param expected as for {@link #attach} */
    public void detach(ObjectId to, ObjectId expected, String reflog) {
        change.willMove(Map.of(Constants.HEAD, to.name()));
        update(Constants.HEAD, expected, () -> set(Constants.HEAD, expected, to, reflog));
    }

    /** What a ref's value is, links followed; the zero id for none. */
    public ObjectId value(String ref) {
        try {
            Ref found = git.exactRef(ref);
            return found == null || found.getObjectId() == null ? ObjectId.zeroId() : found.getObjectId();
        } catch (IOException e) {
            throw ToolException.unavailable("the refs of " + change.repo().shown() + " cannot be read", e);
        }
    }

    /** The ref itself, or where a symbolic one ends. */
    private String leaf(String ref) {
        try {
            Ref found = git.exactRef(ref);
            return found == null ? ref : found.getLeaf().getName();
        } catch (IOException e) {
            throw ToolException.unavailable("the refs of " + change.repo().shown() + " cannot be read", e);
        }
    }

    private Result link(String ref, String target, Optional<String> reflog) throws IOException {
        RefUpdate update = git.updateRef(ref, true);
        reflog.ifPresentOrElse(line -> log(update, line), update::disableRefLog);
        return update.link(target);
    }

    private void log(RefUpdate update, String reflog) {
        // The log of this ref is the list of stashes.
        update.setForceRefLog(update.getName().equals(Constants.R_STASH));
        update.setRefLogMessage(reflog.lines().findFirst().orElse(""), false);
        update.setRefLogIdent(
                Author.find(change.repo()).orElseGet(() -> new PersonIdent("millwright", "millwright@localhost")));
    }

    @FunctionalInterface
    private interface Update {
        Result make() throws IOException;
    }

    private void update(String ref, ObjectId expected, Update update) {
        Result result;
        try {
            result = update.make();
        } catch (IOException e) {
            throw ToolException.unavailable(ref + " cannot be written", e);
        }
        switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE, RENAMED -> {}
            case NOT_ATTEMPTED, LOCK_FAILURE, IO_FAILURE, REJECTED, REJECTED_CURRENT_BRANCH -> throw why(ref, expected);
            case REJECTED_MISSING_OBJECT, REJECTED_OTHER_REASON ->
                throw ToolException.conflict(ref + " cannot be moved: the object is missing");
        }
    }

    private ToolException why(String ref, ObjectId expected) {
        ObjectId now = value(ref);
        if (!now.equals(expected)) {
            return ToolException.conflict(
                    "%s is %s now, not %s: somebody moved it; look again".formatted(ref, said(now), said(expected)));
        }
        boolean own = ref.equals(Constants.HEAD);
        Path file =
                (own ? git.getDirectory() : git.getCommonDirectory()).toPath().resolve(ref);
        return Files.exists(file.resolveSibling(file.getFileName() + ".lock"))
                ? Locks.held(change.repo(), file)
                : ToolException.conflict(
                        ref
                                + " cannot be written: another ref's name begins or ends where its name does, or a lock is held");
    }

    private static String said(ObjectId id) {
        return id.equals(ObjectId.zeroId()) ? "not there" : id.name();
    }
}
