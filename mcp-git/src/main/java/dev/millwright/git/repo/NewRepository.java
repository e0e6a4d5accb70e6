package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Trees;
import dev.millwright.workspace.Workspace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A repository in the making: it appears whole, and is gone again when it is closed before it is kept. */
public final class NewRepository implements AutoCloseable {
    private final Folder anchor;
    private final List<String> made;
    private final String path;
    private final Repo repo;
    private boolean kept;

    private NewRepository(Folder anchor, String path, List<String> made, Repo repo) {
        this.path = path;
        this.anchor = anchor;
        this.made = made;
        this.repo = repo;
    }

    /** Open, without a commit. */
    public Repo repo() {
        return repo;
    }

    /** What was made for it, absolute: what goes when it goes. */
    public List<String> paths() {
        return made.stream().map(name -> path + "/" + name).toList();
    }

    /** From now on it stays. */
    public void keep() {
        kept = true;
    }

    @Override
    public void close() {
        repo.close();
        try (anchor) {
            if (!kept) {
                made.forEach(name -> removeIfThere(anchor, name));
            }
        }
    }

    @FunctionalInterface
    interface Opener {
        Repo open(String path);
    }

    /** @param branch that {@code HEAD} is on; checked here */
    static NewRepository make(Workspace workspace, String path, boolean bare, String branch, Opener opener) {
        String head = RefNames.newBranch("initialBranch", branch);
        Target target = workspace.at(path);
        List<String> missing = new ArrayList<>();
        Folder above = deepest(workspace, target, missing);
        try {
            check(workspace, target, above, missing, bare);
            List<String> made =
                    build(above, missing, bare, head, UUID.randomUUID().toString());
            try {
                return new NewRepository(
                        above, target.root().location().resolve(above.path()).toString(), made, opener.open(path));
            } catch (RuntimeException e) {
                made.forEach(name -> removeIfThere(above, name));
                throw e;
            }
        } catch (RuntimeException e) {
            above.close();
            throw e;
        }
    }

    /** The last folder of the path that is there; the names after it go to {@code missing}. */
    private static Folder deepest(Workspace workspace, Target target, List<String> missing) {
        List<String> names = Arrays.stream(target.path().split("/"))
                .filter(name -> !name.isEmpty())
                .toList();
        if (names.contains("..") || names.contains(".")) {
            throw ToolException.invalidInput(
                    "/path must be without . and ..: " + RepoText.line(RepoText.path(target.shown()), 100));
        }
        for (int there = names.size(); ; there--) {
            Target prefix = workspace.at(target.root(), String.join("/", names.subList(0, there)));
            try {
                Folder folder = workspace.folder(prefix);
                missing.addAll(names.subList(there, names.size()));
                return folder;
            } catch (ToolException e) {
                if (e.kind() != ToolException.Kind.NOT_FOUND || there == 0) {
                    throw e;
                }
            }
        }
    }

    private static void check(Workspace workspace, Target target, Folder above, List<String> missing, boolean bare) {
        String real = above.path();
        String full = missing.isEmpty() ? real : (real.isEmpty() ? "" : real + "/") + String.join("/", missing);
        workspace.checkNew(workspace.at(target.root(), full));
        if (!missing.isEmpty()) {
            if (above.stat(missing.getFirst()).isPresent()) {
                throw ToolException.conflict(RepoText.path(target.shown()) + " leads over what is no folder");
            }
            return;
        }
        if (above.stat(".git").isPresent() || Opening.isRepository(above, above)) {
            throw ToolException.conflict(RepoText.path(target.shown()) + " is a repository already");
        } else if (bare && !Trees.names(above).isEmpty()) {
            throw ToolException.conflict(
                    RepoText.path(target.shown()) + " is not empty, as a bare repository's folder must be");
        }
    }

    /** Builds it under another name first. @return what to remove from {@code above} to take it back */
    private static List<String> build(Folder above, List<String> missing, boolean bare, String head, String id) {
        if (missing.isEmpty()) {
            return bare ? fill(above, head, id) : List.of(into(above, head, id));
        }
        String top = missing.getFirst();
        String temporary = ".millwright-" + id;
        above.makeFolder(temporary);
        try {
            try (Folder folder = above.folder(temporary)) {
                nest(folder, missing.subList(1, missing.size()), bare, head, id);
            }
            above.rename(temporary, above, top, false);
            above.sync();
            return List.of(top);
        } catch (RuntimeException e) {
            removeIfThere(above, temporary);
            throw e;
        }
    }

    private static void nest(Folder folder, List<String> names, boolean bare, String head, String id) {
        if (names.isEmpty()) {
            if (bare) {
                write(folder, head, true);
            } else {
                into(folder, head, id);
            }
            return;
        }
        folder.makeFolder(names.getFirst());
        try (Folder below = folder.folder(names.getFirst())) {
            nest(below, names.subList(1, names.size()), bare, head, id);
        }
    }

    private static String into(Folder work, String head, String id) {
        String temporary = ".millwright-" + id;
        work.makeFolder(temporary);
        try {
            try (Folder folder = work.folder(temporary)) {
                write(folder, head, false);
            }
            work.rename(temporary, work, ".git", false);
            work.sync();
            return ".git";
        } catch (RuntimeException e) {
            removeIfThere(work, temporary);
            throw e;
        }
    }

    /** A bare one in a folder that is there, and empty; with HEAD, written last, it becomes one. */
    private static List<String> fill(Folder folder, String head, String id) {
        try {
            write(folder, head, true);
            return Trees.names(folder);
        } catch (RuntimeException e) {
            Trees.names(folder).forEach(name -> removeIfThere(folder, name));
            throw e;
        }
    }

    /** What gitrepository-layout(5) asks for. */
    private static void write(Folder git, String head, boolean bare) {
        for (String[] names : new String[][] {{"objects", "info", "pack"}, {"refs", "heads", "tags"}, {"info"}}) {
            git.makeFolder(names[0]);
            try (Folder folder = git.folder(names[0])) {
                for (int i = 1; i < names.length; i++) {
                    folder.makeFolder(names[i]);
                }
            }
        }
        file(git, "description", "Unnamed repository; edit this file 'description' to name the repository.\n");
        boolean ignoresCase = git.stat("DESCRIPTION").filter(Stat::isFile).isPresent();
        boolean modes = git.stat().uid() >= 0;
        file(git, "config", """
                [core]
                \trepositoryformatversion = 0
                \tfilemode = %s
                \tbare = %s
                %s%s""".formatted(
                modes, bare, bare ? "" : "\tlogallrefupdates = true\n", ignoresCase ? "\tignorecase = true\n" : ""));
        file(git, "HEAD", "ref: " + head + "\n");
        git.sync();
    }

    static void file(Folder folder, String name, String text) {
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
}
