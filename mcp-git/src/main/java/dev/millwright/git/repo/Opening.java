package dev.millwright.git.repo;

import com.sun.security.auth.module.UnixSystem;
import dev.millwright.git.config.GitConfig;
import dev.millwright.git.config.Patterns;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The check of a repository before JGit sees its path: everything it consists of lies inside the roots, belongs to us, and
 * is of a kind that JGit reads right.
 */
final class Opening {
    private static final int CONFIG_BYTES = 4 << 20;
    private static final int LINE_BYTES = 8 << 10;
    private static final int ALTERNATES = 64;

    private final Workspace workspace;
    private final GitConfig config;
    private final Target top;
    private final String shown;
    private final Marks marks = new Marks();
    private final Map<Target, Watched> watched = new LinkedHashMap<>();

    /** Whose repositories are opened; asked once. */
    private static final class Us {
        static final long UID = File.separatorChar == '/' ? new UnixSystem().getUid() : -1;
    }

    private Opening(Workspace workspace, GitConfig config, Target top) {
        this.workspace = workspace;
        this.config = config;
        this.top = top;
        this.shown = RepoText.path(top.shown());
    }

    /**
     * @param top links resolved
     * @throws ToolException {@code NOT_FOUND} where no repository is, {@code DENIED} with the reason
     */
    static Opened check(Call call, Workspace workspace, GitConfig config, Target top, Folder folder) {
        return new Opening(workspace, config, top).check(call, folder);
    }

    private Opened check(Call call, Folder folder) {
        Optional<Stat> dot = folder.stat(".git");
        Target gitDir;
        boolean named = dot.isEmpty();
        if (named) {
            gitDir = top;
        } else {
            checkOwner(folder, shown);
            gitDir = switch (dot.get().type()) {
                case FOLDER -> below(top, ".git");
                case FILE -> pointed(folder);
                case LINK -> throw ToolException.denied(shown + " has a symbolic link for its .git");
                case SPECIAL -> throw ToolException.denied(shown + " has a .git that is neither folder nor file");
            };
        }
        marks.add(top, folder, ".git");
        try (Folder git = real(gitDir)) {
            return checkGit(call, at(gitDir, git), git, named);
        }
    }

    private Opened checkGit(Call call, Target gitDir, Folder git, boolean named) {
        checkOwner(git, RepoText.path(gitDir.shown()));
        for (String name : List.of("commondir", "gitdir", "config", "config.worktree")) {
            marks.add(gitDir, git, name);
        }
        Optional<Target> linkedTo = linkedTo(gitDir, git);
        if (named && linkedTo.isPresent()) {
            throw ToolException.invalidInput(shown + " is the inside of a linked working tree; name the working tree");
        } else if (linkedTo.isEmpty()) {
            return checkAll(call, gitDir, git, gitDir, git, named);
        }
        try (Folder common = real(linkedTo.get())) {
            checkOwner(common, RepoText.path(linkedTo.get().shown()));
            return checkAll(call, gitDir, git, at(linkedTo.get(), common), common, false);
        }
    }

    private Opened checkAll(Call call, Target gitDir, Folder git, Target commonDir, Folder common, boolean named) {
        boolean linked = !gitDir.equals(commonDir);
        watch(gitDir, git, Watched.Kind.REPOSITORY);
        if (linked) {
            watch(commonDir, common, Watched.Kind.REPOSITORY);
        }
        if (!isRepository(git, common)) {
            throw ToolException.notFound(
                    RepoText.path(gitDir.shown()) + " is no repository: HEAD, objects or refs is missing");
        }
        Settings settings = settings(call, gitDir, git, commonDir, common);
        boolean bare =
                !linked && (settings.bare() || named && settings.workTree().isEmpty());
        if (!linked) {
            settings.workTree().ifPresent(said -> checkWorkTree(gitDir, said, named));
        }
        if (named && gitDir.path().endsWith(".git") && !settings.bare() && isDotGit(gitDir)) {
            throw ToolException.invalidInput(shown + " is the inside of a working tree; name the folder that holds it");
        }
        Set<Path> alternates = new LinkedHashSet<>();
        borrow(below(commonDir, "objects"), common, alternates);
        Layout layout = new Layout(
                bare ? Optional.empty() : Optional.of(location(top)),
                location(gitDir),
                location(commonDir),
                List.copyOf(alternates),
                settings);
        Opened opened = new Opened(workspace, gitDir, layout, marks, watched);
        opened.look();
        return opened;
    }

    private static boolean isDotGit(Target gitDir) {
        return gitDir.path().equals(".git") || gitDir.path().endsWith("/.git");
    }

    /** Whether JGit would take it for one; gitrepository-layout(5). */
    static boolean isRepository(Folder git, Folder common) {
        return git.stat("HEAD").filter(Stat::isFile).isPresent()
                && common.stat("objects").filter(Stat::isFolder).isPresent()
                && common.stat("refs").filter(Stat::isFolder).isPresent();
    }

    private void watch(Target at, Folder folder, Watched.Kind kind) {
        watched.put(at, Watched.of(folder, kind, RepoText.path(at.shown())));
    }

    private void checkOwner(Folder folder, String what) {
        int uid = folder.stat().uid();
        if (uid < 0 || Us.UID < 0 || uid == Us.UID) {
            return;
        }
        String path = location(top).toString();
        if (!Patterns.any(config.trustedRepositories(), path)) {
            throw ToolException.denied(
                    "%s belongs to another user (number %d); the operator can list %s under trusted-repositories"
                            .formatted(what, uid, path));
        }
    }

    /** Where a {@code .git} file leads. */
    private Target pointed(Folder folder) {
        String text = text(folder, ".git", LINE_BYTES).strip();
        if (!text.startsWith("gitdir:")) {
            throw ToolException.denied(shown + " has a .git file that does not say gitdir:");
        }
        return inside(location(top), text.substring("gitdir:".length()).strip(), "its .git file");
    }

    /** The repository of a linked working tree; both ends must name each other. */
    private Optional<Target> linkedTo(Target gitDir, Folder git) {
        if (git.stat("commondir").isEmpty()) {
            return Optional.empty();
        }
        if (gitDir.equals(top)) {
            return Optional.of(gitDir);
        }
        Target common =
                inside(location(gitDir), text(git, "commondir", LINE_BYTES).strip(), "its commondir");
        if (git.stat("gitdir").isEmpty()) {
            throw ToolException.denied(shown + " is a linked working tree that its repository does not know");
        }
        Target back = inside(location(gitDir), text(git, "gitdir", LINE_BYTES).strip(), "its gitdir");
        if (!location(back).equals(location(top).resolve(".git"))) {
            throw ToolException.denied(shown + " is a linked working tree that its repository looks for elsewhere;"
                    + " git worktree repair puts that right");
        }
        return Optional.of(common);
    }

    private Settings settings(Call call, Target gitDir, Folder git, Target commonDir, Folder common) {
        marks.add(commonDir, common, "config");
        List<String> texts = new ArrayList<>();
        texts.add(common.stat("config").isPresent() ? text(common, "config", CONFIG_BYTES) : "");
        Settings settings = Settings.of(shown, texts);
        if (settings.worktreeConfig() && git.stat("config.worktree").isPresent()) {
            texts.add(text(git, "config.worktree", CONFIG_BYTES));
            settings = Settings.of(shown, texts);
        }
        if (texts.stream().anyMatch(Settings::includes)) {
            call.log("warning", shown + ": what its configuration includes is ignored");
        }
        return settings;
    }

    private void checkWorkTree(Target gitDir, String said, boolean named) {
        Target work = inside(location(gitDir), said, "its core.worktree");
        if (named) {
            throw ToolException.invalidInput(
                    "%s is the inside of a working tree; name %s".formatted(shown, RepoText.path(work.shown())));
        } else if (!location(work).equals(location(top))) {
            throw ToolException.denied("%s has its working tree elsewhere, by core.worktree: %s"
                    .formatted(shown, RepoText.path(work.shown())));
        }
    }

    /** Adds the alternates of a folder of objects, and theirs; gitrepository-layout(5). */
    private void borrow(Target objects, Folder above, Set<Path> found) {
        try (Folder folder = above.folder("objects")) {
            borrow(objects, folder, found, 0);
        }
    }

    private void borrow(Target objects, Folder folder, Set<Path> found, int depth) {
        for (String line : alternates(objects, folder)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            } else if (line.startsWith("\"") || depth == 5 || found.size() == ALTERNATES) {
                throw ToolException.denied(shown + " borrows objects in a way this server does not follow");
            }
            Target other = inside(location(objects), line, "objects/info/alternates");
            try (Folder lent = real(other)) {
                Target real = at(other, lent);
                checkOwner(lent, RepoText.path(real.shown()));
                if (found.add(location(real)) && !real.equals(objects)) {
                    watch(real, lent, Watched.Kind.OBJECTS);
                    borrow(real, lent, found, depth + 1);
                }
            }
        }
    }

    private List<String> alternates(Target at, Folder objects) {
        Target where = below(at, "info");
        if (objects.stat("info").filter(Stat::isFolder).isEmpty()) {
            marks.addMissing(where, "alternates");
            return List.of();
        }
        try (Folder info = objects.folder("info")) {
            marks.add(where, info, "alternates");
            return info.stat("alternates").isPresent()
                    ? text(info, "alternates", LINE_BYTES * 8).lines().toList()
                    : List.of();
        }
    }

    private String text(Folder folder, String name, int most) {
        Stat stat =
                folder.stat(name).orElseThrow(() -> ToolException.conflict(shown + " changes right now; try again"));
        if (!stat.isFile()) {
            throw ToolException.denied("%s has a %s that is no file".formatted(shown, name));
        } else if (stat.size() > most) {
            throw ToolException.denied(
                    "%s has a %s of %d bytes; at most %d are read".formatted(shown, name, stat.size(), most));
        }
        try (OpenFile file = folder.file(name)) {
            byte[] bytes = new byte[(int) stat.size()];
            return new String(bytes, 0, file.read(0, bytes, 0, bytes.length), StandardCharsets.UTF_8);
        }
    }

    /** A path that the repository names. */
    private Target inside(Path from, String said, String what) {
        try {
            return workspace.at(from.resolve(said).normalize().toString());
        } catch (InvalidPathException e) {
            throw ToolException.denied("%s: %s is no path".formatted(shown, what));
        } catch (ToolException e) {
            throw ToolException.denied("%s: %s leads out of the roots".formatted(shown, what));
        }
    }

    private Folder real(Target target) {
        try {
            return workspace.folder(target);
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND || e.kind() == ToolException.Kind.INVALID_INPUT) {
                throw ToolException.notFound(
                        "%s: %s, which it needs, is no folder".formatted(shown, RepoText.path(target.shown())));
            }
            throw e;
        }
    }

    private Target at(Target target, Folder opened) {
        return workspace.at(target.root(), opened.path());
    }

    private Target below(Target target, String name) {
        return workspace.at(target.root(), target.path().isEmpty() ? name : target.path() + "/" + name);
    }

    private static Path location(Target target) {
        return target.root().location().resolve(target.path());
    }
}
