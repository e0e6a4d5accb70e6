package dev.millwright.git.undo;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.undo.Intent.Outcome;
import dev.millwright.git.undo.Intent.Tree;
import dev.millwright.git.undo.WorkImages.Page;
import dev.millwright.keep.Keep;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Trees;
import dev.millwright.workspace.Workspace;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Whole folders that changes make or remove, as a clone does: one that goes lies in the trash under its operation. */
record Parked(Workspace workspace, Keep keep) {
    /** Puts folders that an operation removes into its trash; those that are not there are left. */
    void park(String opId, List<Tree> trees) {
        for (int i = 0; i < trees.size(); i++) {
            if (!trees.get(i).made()) {
                park(opId, i, trees.get(i).path());
            }
        }
    }

    private void park(String opId, int number, String path) {
        try (Place place = place(path);
                Place trash = trash(opId, number)) {
            if (place.stat().isPresent() && trash.stat().isEmpty()) {
                move(place, trash);
            }
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Brings back what an operation removed, where its place is free. @return whether anything came */
    boolean bringBack(String opId, List<Tree> trees) {
        boolean any = false;
        for (int i = 0; i < trees.size(); i++) {
            if (!trees.get(i).made()) {
                try (Place trash = trash(opId, i);
                        Place place = place(trees.get(i).path())) {
                    if (trash.stat().isPresent() && place.stat().isEmpty()) {
                        move(trash, place);
                        any = true;
                    }
                }
            }
        }
        return any;
    }

    private Place trash(String opId, int number) {
        return keep.trash(opId.replaceAll("[^A-Za-z0-9-]", "-") + "/" + number);
    }

    /** By the folder above: what belongs to Git is out of bounds for callers, not for undo. */
    private Place place(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        Folder above = workspace.folder(workspace.at(path.substring(0, slash)));
        return new Place(above, name, above.stat(name), name);
    }

    private static void move(Place from, Place to) {
        if (!from.folder().rename(from.name(), to.folder(), to.name(), false)) {
            try {
                Trees.copy(from.folder(), from.name(), to.folder(), to.name(), (path, stat) -> {});
            } catch (RuntimeException e) {
                if (to.folder().stat(to.name()).isPresent()) {
                    Trees.remove(to.folder(), to.name());
                }
                throw e;
            }
            Trees.remove(from.folder(), from.name());
        }
        to.folder().sync();
        from.folder().sync();
    }

    /** What tells made folders, but those that hold the repository itself, from any other state of them. */
    TreeMap<String, String> fingerprints(Repo repo, List<Tree> trees) {
        TreeMap<String, String> all = new TreeMap<>();
        for (Tree tree : trees) {
            if (tree.made() && !holds(tree, repo) && !Path.of(tree.path()).startsWith(gitFolder(repo))) {
                try (Place place = place(tree.path())) {
                    all.put(
                            tree.path(),
                            place.stat().isPresent() ? Trees.fingerprint(place.folder(), place.name()) : "");
                }
            }
        }
        return all;
    }

    private static boolean holds(Tree tree, Repo repo) {
        return gitFolder(repo).startsWith(Path.of(tree.path()));
    }

    private static Path gitFolder(Repo repo) {
        return repo.git().getDirectory().toPath();
    }

    /** Whether the operation made the repository. */
    static boolean isBirth(Repo repo, List<Tree> trees) {
        return trees.stream()
                .anyMatch(tree -> tree.made()
                        && (holds(tree, repo)
                                || Path.of(tree.path()).equals(gitFolder(repo).resolve("HEAD"))));
    }

    /** A file in the folders made with a repository that the operation did not write; empty for none. */
    Optional<String> strange(Call call, Repo repo, List<Tree> trees, Vault vault, Optional<Outcome> outcome) {
        Set<Path> known = new HashSet<>();
        if (!repo.isBare()) {
            Path top = repo.git().getWorkTree().toPath();
            outcome.ifPresent(was -> vault.read(was.work(), Page.class)
                    .entries()
                    .forEach(entry -> known.add(top.resolve(entry.path()))));
        }
        for (Tree tree : trees) {
            if (tree.made() && holds(tree, repo)) {
                Path path = Path.of(tree.path());
                if (!path.equals(gitFolder(repo))) {
                    try (Folder folder = workspace.folder(workspace.at(tree.path()))) {
                        Optional<String> found = strange(call, folder, path, gitFolder(repo), known);
                        if (found.isPresent()) {
                            return found;
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> strange(Call call, Folder folder, Path at, Path git, Set<Path> known) {
        CallMonitor.check(call);
        for (String name : Trees.names(folder)) {
            Path path = at.resolve(name);
            if (path.equals(git) || known.contains(path)) {
                continue;
            }
            if (folder.stat(name)
                    .filter(stat -> stat.type() == EntryType.FOLDER)
                    .isEmpty()) {
                return Optional.of(name);
            }
            try (Folder below = folder.folder(name)) {
                Optional<String> found = strange(call, below, path, git, known);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
