package dev.millwright.git.repo;

import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Trees;
import dev.millwright.workspace.Version;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which branches are checked out: in the main working tree, and in the linked ones. */
public final class CheckedOut {
    private static final String WORKTREES = "worktrees";
    private static final String HEAD = "HEAD";
    private static final int LONGEST = 1024;

    private CheckedOut() {}

    /** By the branch's full name the working tree it is in: {@code main} or a linked one's name. */
    public static Map<String, String> of(Repo repo) {
        Map<String, String> branches = new LinkedHashMap<>();
        try (Folder common = repo.workspace().folder(repo.commonDir())) {
            branch(common).ifPresent(branch -> branches.put(branch, "the main working tree"));
            if (common.stat(WORKTREES).filter(Stat::isFolder).isPresent()) {
                try (Folder linked = common.folder(WORKTREES)) {
                    for (String name : Trees.names(linked)) {
                        if (linked.stat(name)
                                .filter(stat -> stat.type() == EntryType.FOLDER)
                                .isPresent()) {
                            try (Folder folder = linked.folder(name)) {
                                branch(folder).ifPresent(branch -> branches.put(branch, "the working tree " + name));
                            }
                        }
                    }
                }
            }
        }
        return branches;
    }

    private static Optional<String> branch(Folder folder) {
        if (folder.stat(HEAD).filter(Stat::isFile).isEmpty()) {
            return Optional.empty();
        }
        try (OpenFile file = folder.file(HEAD)) {
            String head = new String(Version.all(file, LONGEST), StandardCharsets.UTF_8).strip();
            return head.startsWith(RefWrites.SYMBOLIC)
                    ? Optional.of(head.substring(RefWrites.SYMBOLIC.length()).strip())
                    : Optional.empty();
        }
    }
}
