package dev.millwright.git.merge;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.StateFiles;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import java.util.Optional;

/**
 * An operation that waits to be ended, whoever began it.
 *
 * @param name as in {@code cherry-pick}
 * @param ending what ends it
 */
public record Ongoing(String name, String ending) {
    /** What keeps others from beginning; a bisection does not. */
    public static Optional<Ongoing> of(Repo repo) {
        if (repo.isBare()) {
            return Optional.empty();
        }
        StateFiles state = new StateFiles(repo);
        Optional<Sequence> ours = Sequence.read(repo);
        if (ours.isPresent()) {
            return Optional.of(byTool(ours.get().shown()));
        } else if (has(repo, "rebase-apply", "applying")) {
            return Optional.of(byNativeGit("am"));
        } else if (has(repo, "rebase-merge", "") || has(repo, "rebase-apply", "")) {
            return Optional.of(byNativeGit("rebase"));
        } else if (state.read("MERGE_HEAD").isPresent()) {
            return Optional.of(new Ongoing("merge", "git_merge with action continue or abort ends it"));
        } else if (state.read("CHERRY_PICK_HEAD").isPresent()) {
            return Optional.of(picked(repo, "cherry-pick"));
        } else if (state.read("REVERT_HEAD").isPresent()) {
            return Optional.of(picked(repo, "revert"));
        }
        return Optional.empty();
    }

    /** Whether native Git has more commits to apply than the one in conflict, which it alone knows how to do. */
    static boolean isNativeRow(Repo repo) {
        return has(repo, "sequencer", "todo");
    }

    private static Ongoing picked(Repo repo, String name) {
        return isNativeRow(repo) ? byNativeGit(name) : byTool(name);
    }

    private static Ongoing byTool(String name) {
        return new Ongoing(
                name, "git_%s with action continue, skip or abort ends it".formatted(name.replace('-', '_')));
    }

    private static Ongoing byNativeGit(String name) {
        return new Ongoing(name, "native Git began it and ends it: git %s --continue or --abort".formatted(name));
    }

    /** @param file in the folder; empty for the folder itself */
    private static boolean has(Repo repo, String name, String file) {
        try (Folder git = repo.workspace().folder(repo.gitDir())) {
            if (git.stat(name).filter(Stat::isFolder).isEmpty()) {
                return false;
            }
            try (Folder folder = git.folder(name)) {
                return file.isEmpty() || folder.stat(file).isPresent();
            }
        }
    }

    /** @throws ToolException {@code CONFLICT} that says what is in progress and what ends it */
    public static void refuse(Repo repo) {
        of(repo).ifPresent(open -> {
            throw open.refusal(repo);
        });
    }

    ToolException refusal(Repo repo) {
        return ToolException.conflict("a %s is in progress in %s: %s".formatted(name, repo.shown(), ending));
    }
}
