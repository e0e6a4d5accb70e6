package dev.millwright.git;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The working trees that share a repository with this one. */
final class OtherWorkTrees {
    private static final int MOST = 4096;

    private final Repo repo;

    OtherWorkTrees(Repo repo) {
        this.repo = repo;
    }

    /** One that has a branch checked out, as in {@code the main working tree}. */
    Optional<String> with(String branch) {
        Target common = repo.commonDir();
        String own = repo.gitDir().path();
        try (Folder folder = repo.workspace().folder(common)) {
            boolean bare = repo.git().getConfig().getBoolean("core", "bare", false);
            if (!bare && !own.equals(common.path()) && hasHead(folder, branch)) {
                return Optional.of("the main working tree");
            }
            if (folder.stat("worktrees").filter(Stat::isFolder).isEmpty()) {
                return Optional.empty();
            }
            try (Folder all = folder.folder("worktrees")) {
                for (String name : Trees.names(all)) {
                    if (all.stat(name).filter(Stat::isFolder).isPresent()
                            && !own.endsWith("/worktrees/" + name)
                            && hasHead(all, name, branch)) {
                        return Optional.of("the working tree " + RepoText.path(name, 200));
                    }
                }
            }
            return Optional.empty();
        }
    }

    private static boolean hasHead(Folder parent, String name, String branch) {
        try (Folder folder = parent.folder(name)) {
            return hasHead(folder, branch);
        }
    }

    private static boolean hasHead(Folder folder, String branch) {
        if (folder.stat("HEAD").filter(Stat::isFile).isEmpty()) {
            return false;
        }
        try (OpenFile file = folder.file("HEAD")) {
            byte[] bytes = new byte[MOST];
            int length = file.read(0, bytes, 0, MOST);
            return new String(Arrays.copyOf(bytes, length), StandardCharsets.UTF_8)
                    .strip()
                    .equals("ref: " + branch);
        }
    }
}
