package dev.millwright.filesystem.undo;

import dev.millwright.filesystem.undo.Change.Spot;
import dev.millwright.keep.Image;
import dev.millwright.keep.Keep;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Changes that are planned, written down, and then made in their order: all of them, or none.
 *
 * <p>Nothing happens before {@link #run}. Paths are resolved and protection is asked when a change is planned, and again
 * when it is made.
 */
public final class Transaction {
    private static final int MOST = 10_000;

    private final History history;
    private final Call call;
    private final String tool;
    private final List<Step> steps = new ArrayList<>();
    private int trashed;

    Transaction(History history, Call call, String tool) {
        this.history = history;
        this.call = call;
        this.tool = tool;
    }

    /**
     * A file gets this content, and keeps its mode, owner and extended attributes if it was there.
     *
     * @param ifVersion the state it must be in; empty for any, and for a file that must be free see {@link #create}
     * @param seen the stat under which the caller read what the content is made from: changed since is {@code CONFLICT}
     */
    public void write(Target target, byte[] content, Optional<String> ifVersion, Optional<Stat> seen) {
        try (Place place = history.workspace().place(target)) {
            Stat stat = place.stat().orElseThrow(() -> ToolException.notFound(target + " does not exist"));
            refuseFolder(place, target);
            if (seen.isPresent() && !unchanged(seen.get(), stat)) {
                throw ToolException.conflict(target + " was changed meanwhile; read it again");
            }
            Image before;
            try (OpenFile file = place.folder().file(place.name())) {
                Stat opened = file.stat();
                if (!opened.isFile()) {
                    throw ToolException.invalidInput(target + " is not a regular file");
                } else if (opened.size() > history.mostKept()) {
                    throw ToolException.limit(target + " has " + opened.size()
                            + " bytes: too large to be kept for undo (max-undo-bytes " + history.mostKept() + ")");
                }
                checkVersion(target, file, ifVersion);
                before = Keep.look(file);
                if (!unchanged(opened, file.stat())) {
                    throw ToolException.conflict(target + " is being changed by someone else; read it again");
                }
            }
            Image after = new Image(Keep.sha256(content), content.length, stat.mode() & 01777, 0);
            Change change = Change.wrote(spot(target, place), Optional.of(before), after);
            add(new Step.Write(change, Optional.of(content), Optional.of(stat)));
        }
    }

    /** A file that was not there; with {@code parents}, missing folders above it are made. */
    public void create(Target target, byte[] content, boolean parents) {
        if (parents) {
            makeParents(target);
        }
        Spot spot = free(target);
        Image after = new Image(Keep.sha256(content), content.length, 0, 0);
        add(new Step.Write(Change.wrote(spot, Optional.empty(), after), Optional.of(content), Optional.empty()));
    }

    /** A folder that was not there. */
    public void makeFolder(Target target, boolean parents) {
        if (parents) {
            makeParents(target);
        }
        add(new Step.NewFolder(Change.created(free(target))));
    }

    /** Plans every missing folder above. */
    public void makeParents(Target target) {
        String path = target.path();
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String above = path.substring(0, slash);
            Target folder = history.workspace().at(target.root(), above);
            if (above.endsWith("/") || planned(folder)) {
                continue;
            }
            try (Place place = history.workspace().look(folder)) {
                if (place.stat().isEmpty()) {
                    add(new Step.NewFolder(Change.created(free(folder))));
                } else if (!place.stat().get().isFolder()) {
                    throw ToolException.conflict(folder + " is a file, not a folder");
                }
            } catch (ToolException e) {
                if (e.kind() != ToolException.Kind.NOT_FOUND) {
                    throw e;
                }
                add(new Step.NewFolder(Change.created(free(folder))));
            }
        }
    }

    /** An entry gets another place; the name must be free. */
    public void move(Target from, Target to) {
        Spot source = present(from);
        Spot destination = free(to);
        refuseInside(from, to, source, destination);
        refuseProtectedTree(from, to, destination);
        add(new Step.Move(Change.moved(source, destination), Optional.empty()));
    }

    /** An entry, with all below, is copied; the name must be free. */
    public void copy(Target from, Target to) {
        Spot source = present(from);
        Spot destination = free(to);
        refuseInside(from, to, source, destination);
        refuseProtectedTree(from, to, destination);
        add(new Step.Copy(Change.created(destination), source));
    }

    /** An entry, with all below, goes to the trash. */
    public void trash(Target target) {
        add(new Step.Move(Change.moved(present(target), nextTrash()), Optional.empty()));
    }

    /** What a destination holds goes to the trash; folders only give way to folders. */
    public void trashIfThere(Target source, Target destination) {
        try (Place place = history.workspace().linkPlace(destination)) {
            if (place.stat().isEmpty()) {
                return;
            } else if (place.stat().get().isFolder()
                    && !history.workspace().linkStat(source).isFolder()) {
                throw ToolException.conflict(destination + " is a folder; a file does not replace it");
            }
            refuseInside(source, destination, present(source), spot(destination, place));
            refuseInside(destination, source, spot(destination, place), present(source));
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return;
            }
            throw e;
        }
        trash(destination);
    }

    /** An entry, with all below, is removed; nothing brings it back. */
    public void remove(Target target) {
        add(new Step.Remove(Change.removed(present(target))));
    }

    Spot nextTrash() {
        return new Spot(Spot.TRASH, call.id() + "/" + trashed++);
    }

    void add(Step step) {
        if (steps.size() == MOST) {
            throw ToolException.limit("more than " + MOST + " changes at once");
        }
        steps.add(step);
    }

    /** Whether nothing is planned. */
    public boolean isEmpty() {
        return steps.isEmpty();
    }

    /**
     * Writes the plan down, makes the changes, writes down that they are made.
     *
     * @throws ToolException when a change could not be made; those before it are taken back then
     */
    public Receipt run() throws InterruptedException {
        return history.run(this);
    }

    Call call() {
        return call;
    }

    String tool() {
        return tool;
    }

    List<Step> steps() {
        return steps;
    }

    private boolean planned(Target folder) {
        Spot spot = new Spot(folder.root().location().toString(), folder.path());
        return steps.stream().anyMatch(step -> step.change().at().equals(spot));
    }

    private Spot present(Target target) {
        try (Place place = history.workspace().linkPlace(target)) {
            if (place.isRoot()) {
                throw ToolException.denied(target + " is a root: it can be neither moved nor removed");
            } else if (place.stat().isEmpty()) {
                throw ToolException.notFound(history.workspace().missing(target));
            }
            return spot(target, place);
        }
    }

    /** The place of a name to be given, checked as far as its folder exists. */
    private Spot free(Target target) {
        String path = target.path();
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            Target above = history.workspace().at(target.root(), path.substring(0, slash));
            if (planned(above)) {
                history.workspace().checkNew(target);
                return new Spot(target.root().location().toString(), path);
            }
        }
        try (Place place = history.workspace().linkPlace(target)) {
            if (place.stat().isPresent()) {
                if (place.stat().get().type() == EntryType.LINK) {
                    // Where it leads decides: outside is denied, nowhere or to something is a taken name.
                    history.workspace().stat(target);
                }
                boolean planned = steps.stream()
                        .anyMatch(step -> step.change().at().equals(spot(target, place))
                                && step.change().kind() == Change.Kind.MOVED);
                if (!planned) {
                    throw ToolException.conflict(target + " exists already");
                }
            }
            return spot(target, place);
        }
    }

    private static Spot spot(Target target, Place place) {
        return new Spot(target.root().location().toString(), place.path());
    }

    private void refuseProtectedTree(Target from, Target to, Spot destination) {
        if (history.workspace().linkStat(from).isFolder()) {
            history.workspace().protection().reasonForTree(destination.path()).ifPresent(reason -> {
                throw ToolException.denied(to + " " + reason);
            });
        }
    }

    private static void refuseInside(Target from, Target to, Spot source, Spot destination) {
        if (source.root().equals(destination.root()) && (destination.path() + "/").startsWith(source.path() + "/")) {
            throw ToolException.invalidInput(to + " lies inside of " + from + ", or is the same");
        }
    }

    private static void refuseFolder(Place place, Target target) {
        if (place.isRoot() || place.stat().filter(Stat::isFolder).isPresent()) {
            throw ToolException.conflict(target + " is a folder");
        }
    }

    private static void checkVersion(Target target, OpenFile file, Optional<String> ifVersion) {
        if (ifVersion.isPresent()) {
            String version = Version.of(file);
            if (!version.equals(ifVersion.get())) {
                throw ToolException.conflict(
                        target + " has version " + version + ", not " + ifVersion.get() + "; read it again");
            }
        }
    }

    static boolean unchanged(Stat one, Stat other) {
        return one.sameEntryAs(other) && one.size() == other.size() && one.modifiedNanos() == other.modifiedNanos();
    }
}
