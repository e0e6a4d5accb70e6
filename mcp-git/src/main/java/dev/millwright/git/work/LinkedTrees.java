package dev.millwright.git.work;

import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.IndexHold;
import dev.millwright.git.repo.RefNames;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Revisions;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Trees;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** The further working trees of a repository, as gitrepository-layout(5) keeps them under {@code worktrees}. */
public final class LinkedTrees {
    private static final String WORKTREES = "worktrees";
    private static final String LOCKED = "locked";
    private static final int TEXT_BYTES = 8 << 10;

    /**
     * @param name of its folder under {@code worktrees}; empty for the main working tree
     * @param tree where it is; empty where that is out of the roots
     * @param head a branch's ref or an id
     * @param locked why it is not to be removed
     * @param gone whether its folder is not there
     */
    public record Linked(String name, Optional<Target> tree, String head, Optional<String> locked, boolean gone) {}

    private final Repo repo;

    public LinkedTrees(Repo repo) {
        this.repo = repo;
    }

    /** The main one first, which a bare repository has not. */
    public List<Linked> list() {
        List<Linked> all = new ArrayList<>();
        Target common = repo.commonDir();
        try (Folder folder = repo.workspace().folder(common)) {
            if (common.path().equals(".git") || common.path().endsWith("/.git")) {
                String top =
                        common.path().substring(0, Math.max(0, common.path().length() - "/.git".length()));
                all.add(new Linked(
                        "",
                        Optional.of(repo.workspace().at(common.root(), top)),
                        head(folder),
                        Optional.empty(),
                        false));
            }
            if (folder.stat(WORKTREES).filter(Stat::isFolder).isPresent()) {
                try (Folder trees = folder.folder(WORKTREES)) {
                    Trees.names(trees).stream()
                            .filter(name ->
                                    trees.stat(name).filter(Stat::isFolder).isPresent())
                            .map(name -> linked(trees, name))
                            .forEach(all::add);
                }
            }
        }
        return all;
    }

    private Linked linked(Folder trees, String name) {
        try (Folder folder = trees.folder(name)) {
            Optional<Target> dot = text(folder, "gitdir").flatMap(said -> target(name, said.strip()));
            boolean gone = dot.isPresent() && isGone(dot.get());
            return new Linked(
                    name,
                    dot.map(at -> repo.workspace().at(at.root(), above(at.path()))),
                    head(folder),
                    text(folder, LOCKED).map(String::strip),
                    gone || text(folder, "gitdir").isEmpty());
        }
    }

    private Optional<Target> target(String name, String said) {
        try {
            Path own =
                    repo.git().getCommonDirectory().toPath().resolve(WORKTREES).resolve(name);
            return Optional.of(repo.workspace().at(own.resolve(said).normalize().toString()));
        } catch (InvalidPathException | ToolException e) {
            // Out of the roots: not ours to look at.
            return Optional.empty();
        }
    }

    private boolean isGone(Target dot) {
        try {
            repo.workspace().linkStat(dot);
            return false;
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }

    private static String head(Folder folder) {
        String text = text(folder, Constants.HEAD).orElse("").strip();
        return text.startsWith(RefWrites.SYMBOLIC) ? text.substring(RefWrites.SYMBOLIC.length()) : text;
    }

    private static Optional<String> text(Folder folder, String name) {
        if (folder.stat(name).filter(Stat::isFile).isEmpty()) {
            return Optional.empty();
        }
        try (OpenFile file = folder.file(name)) {
            byte[] bytes = new byte[TEXT_BYTES];
            return Optional.of(new String(bytes, 0, file.read(0, bytes, 0, bytes.length), StandardCharsets.UTF_8));
        }
    }

    private static String above(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /**
     * What a new working tree begins with.
     *
     * @param branch its ref; empty for none
     * @param made whether the branch is new
     */
    public record Start(Optional<String> branch, boolean made, ObjectId commit, ObjectId tree) {
        String head() {
            return branch.map(ref -> RefWrites.SYMBOLIC + ref).orElse(commit.name()) + "\n";
        }
    }

    /** @throws ToolException {@code CONFLICT} for a branch that another working tree is on */
    public Start start(Optional<String> branch, Optional<String> startPoint, String path) throws Exception {
        try (RevWalk walk = new RevWalk(repo.git())) {
            boolean detached = branch.isEmpty() && startPoint.isPresent();
            String name = branch.orElseGet(() -> path.substring(path.lastIndexOf('/') + 1));
            Optional<String> ref = detached ? Optional.empty() : Optional.of(RefNames.branch("branch", name));
            boolean exists = ref.isPresent() && repo.git().exactRef(ref.get()) != null;
            if (exists && startPoint.isPresent()) {
                throw ToolException.conflict(
                        "the branch %s exists; leave out startPoint to check it out".formatted(name));
            }
            if (ref.isPresent() && !exists) {
                RefNames.newBranch("branch", name);
            }
            list().stream()
                    .filter(tree -> ref.isPresent() && tree.head().equals(ref.get()))
                    .findFirst()
                    .ifPresent(tree -> {
                        throw ToolException.conflict("the branch %s is checked out in %s"
                                .formatted(name, tree.tree().map(Target::shown).orElse("another working tree")));
                    });
            String from = exists ? ref.get() : startPoint.orElse(Constants.HEAD);
            RevCommit commit = Revisions.commit(repo, walk, exists ? "branch" : "startPoint", from);
            return new Start(
                    ref,
                    ref.isPresent() && !exists,
                    commit.copy(),
                    commit.getTree().copy());
        }
    }

    /** Makes the folder of a new working tree and what the repository keeps of it, without any file yet. */
    public void make(Change change, Target at, Start start) {
        repo.workspace().checkNew(at);
        try (Place place = repo.workspace().place(at)) {
            if (place.isRoot() || place.stat().isPresent()) {
                throw ToolException.conflict(RepoText.path(at.shown()) + " is there already");
            }
            Path tree = place.folder().path().isEmpty()
                    ? at.root().location().resolve(place.name())
                    : at.root().location().resolve(place.folder().path()).resolve(place.name());
            try (Folder trees = trees()) {
                String name = free(trees, place.name());
                change.willMake(tree.toString());
                try {
                    trees.makeFolder(name);
                    try (Folder own = trees.folder(name)) {
                        write(own, "commondir", "../..\n");
                        write(own, "gitdir", tree + "/.git\n");
                        write(own, Constants.HEAD, start.head());
                        own.sync();
                    }
                    place.folder().makeFolder(place.name());
                    try (Folder top = place.folder().folder(place.name())) {
                        Path common = repo.git().getCommonDirectory().toPath();
                        write(
                                top,
                                ".git",
                                "gitdir: " + common.resolve(WORKTREES).resolve(name) + "\n");
                        top.sync();
                    }
                } catch (RuntimeException e) {
                    removeIfThere(place.folder(), place.name());
                    removeIfThere(trees, name);
                    throw e;
                }
            }
        }
    }

    /** Fills a new working tree; {@code change} is of its own repository. */
    public static void fill(Change change, Start start) {
        if (start.made()) {
            new RefWrites(change)
                    .put(
                            start.branch().orElseThrow(),
                            ObjectId.zeroId(),
                            start.commit(),
                            "branch: Created for a working tree");
        }
        WorkTree work = new WorkTree(change.repo());
        work.apply(change, ObjectId.zeroId(), work.between(ObjectId.zeroId(), start.tree()), false);
        IndexHold.settle(change.repo());
    }

    private Folder trees() {
        try (Folder common = repo.workspace().folder(repo.commonDir())) {
            if (common.stat(WORKTREES).isEmpty()) {
                common.makeFolder(WORKTREES);
            }
            return common.folder(WORKTREES);
        }
    }

    private static String free(Folder trees, String wanted) {
        String plain = wanted.replaceAll("[^A-Za-z0-9_-]", "-");
        String name = plain;
        for (int i = 1; trees.stat(name).isPresent(); i++) {
            name = plain + i;
        }
        return name;
    }

    private static void write(Folder folder, String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (NewFile file = folder.create(name + "." + UUID.randomUUID())) {
            file.write(bytes, 0, bytes.length);
            file.mode(0644);
            file.linkAs(name);
        }
    }

    private static void removeIfThere(Folder folder, String name) {
        if (folder.stat(name).isPresent()) {
            Trees.remove(folder, name);
        }
    }

    /** The one at a path. @throws ToolException {@code NOT_FOUND} for another path, {@code CONFLICT} for the main one */
    public Linked at(Target path) {
        Linked found = list().stream()
                .filter(tree -> tree.tree()
                        .filter(at -> at.root().equals(path.root()) && at.path().equals(path.path()))
                        .isPresent())
                .findFirst()
                .orElseThrow(() ->
                        ToolException.notFound(RepoText.path(path.shown()) + " is no working tree of " + repo.shown()));
        if (found.name().isEmpty()) {
            throw ToolException.conflict(RepoText.path(path.shown()) + " is the main working tree");
        }
        return found;
    }

    /** Removes the folder and what the repository keeps of it. @param linked that holds nothing of worth any more */
    public void remove(Change change, Linked linked) {
        if (!linked.gone()) {
            Target tree = linked.tree().orElseThrow();
            try (Place place = repo.workspace().linkPlace(tree)) {
                change.willRemove(tree.root()
                        .location()
                        .resolve(place.folder().path())
                        .resolve(place.name())
                        .toString());
            }
        }
        forget(linked);
    }

    private void forget(Linked linked) {
        try (Folder trees = trees()) {
            removeIfThere(trees, linked.name());
        }
    }

    /** Forgets those whose folder is gone and that are not locked. @return their names */
    public List<String> prune() {
        List<Linked> gone = list().stream()
                .filter(tree -> tree.gone() && tree.locked().isEmpty())
                .toList();
        gone.forEach(this::forget);
        return gone.stream().map(Linked::name).toList();
    }

    /** Keeps one from being removed or pruned. @param reason one line, may be empty */
    public void lock(Linked linked, String reason) {
        if (linked.locked().isPresent()) {
            throw ToolException.conflict(
                    "it is locked already: " + RepoText.line(linked.locked().get(), 100));
        }
        try (Folder trees = trees();
                Folder own = trees.folder(linked.name())) {
            write(own, LOCKED, RepoText.line(reason, 200) + "\n");
        }
    }

    /** Undoes {@link #lock}. */
    public void unlock(Linked linked) {
        if (linked.locked().isEmpty()) {
            throw ToolException.conflict("it is not locked");
        }
        try (Folder trees = trees();
                Folder own = trees.folder(linked.name())) {
            own.remove(LOCKED);
        }
    }

    /** What keeps it from being removed without force; empty for nothing. */
    public static Optional<String> unsaved(Repo linked, Call call) {
        Status status = new WorkTree(linked).status(call, new Looking(List.of(), Looking.Untracked.FOLDERS, false));
        int changed = status.staged().size()
                + status.unstaged().size()
                + status.conflicted().size();
        int untracked = status.untracked().size();
        return changed + untracked == 0
                ? Optional.empty()
                : Optional.of("%d changed and %d untracked paths".formatted(changed, untracked));
    }
}
