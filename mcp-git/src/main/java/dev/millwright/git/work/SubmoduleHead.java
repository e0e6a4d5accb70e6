package dev.millwright.git.work;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/** Which commit is checked out in a submodule, read without opening it as a repository. */
final class SubmoduleHead {
    private static final int MOST = 1 << 20;
    private static final String REF = "ref: ";

    private SubmoduleHead() {}

    /** Empty where it is not initialised, or cannot be told: its folder of Git's may lie outside of the roots. */
    static Optional<ObjectId> of(Repo repo, Folder submodule, String path) {
        Optional<Stat> git = submodule.stat(".git");
        if (git.isEmpty()) {
            return Optional.empty();
        }
        try {
            String folder = path + "/.git";
            if (git.get().isFile()) {
                String said = text(repo, folder);
                if (!said.startsWith("gitdir: ") || said.startsWith("gitdir: /")) {
                    return Optional.empty();
                }
                folder = path + "/" + said.substring(8).strip();
            } else if (!git.get().isFolder()) {
                return Optional.empty();
            }
            String head = text(repo, folder + "/HEAD").strip();
            return head.startsWith(REF) ? ref(repo, folder, head.substring(REF.length())) : id(head);
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.INTERNAL || e.kind() == ToolException.Kind.LIMIT) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static Optional<ObjectId> ref(Repo repo, String folder, String name) {
        if (!name.startsWith("refs/") || name.contains("..")) {
            return Optional.empty();
        }
        try {
            return id(text(repo, folder + "/" + name).strip());
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND) {
                throw e;
            }
        }
        return text(repo, folder + "/packed-refs")
                .lines()
                .filter(line -> line.endsWith(" " + name))
                .findFirst()
                .flatMap(line -> id(line.substring(0, line.indexOf(' '))));
    }

    private static Optional<ObjectId> id(String text) {
        return ObjectId.isId(text) ? Optional.of(ObjectId.fromString(text)) : Optional.empty();
    }

    private static String text(Repo repo, String path) {
        Target target = repo.at(path);
        try (OpenFile file = repo.workspace().open(target)) {
            byte[] bytes = new byte[(int) Math.min(MOST, file.stat().size())];
            int length = file.read(0, bytes, 0, bytes.length);
            return new String(Arrays.copyOf(bytes, length), StandardCharsets.UTF_8);
        }
    }
}
