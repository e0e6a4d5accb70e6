package dev.millwright.git.repo;

import dev.millwright.git.config.GitConfig;
import dev.millwright.git.config.GitReach;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Protection;
import dev.millwright.workspace.Root;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The repositories of all tenants, and the only way to one. Those used last stay open, and are checked again where
 * something changed.
 */
public final class Repositories implements AutoCloseable {
    private static final int KEPT_OPEN = 16;
    private static final int NEAR = 5;
    private static final int LOOKED_AT = 200;

    private record Key(Tenant tenant, Target top) {}

    private record Held(Opened opened, GuardedRepository git, Remembered remembered, MappedIndexes indexes) {}

    private final Map<Tenant, GitReach> reaches;
    private final GitConfig config;
    private final List<Path> ours;
    private final Map<Tenant, Workspace> workspaces = new ConcurrentHashMap<>();
    private final Map<Path, ReentrantLock> changing = new ConcurrentHashMap<>();

    /** By last use, guarded by itself. */
    private final Map<Key, Held> held = new LinkedHashMap<>(16, 0.75f, true);

    /** @param ours folders of this program's own, which no repository may be in */
    public Repositories(Map<Tenant, GitReach> reaches, GitConfig config, List<Path> ours) {
        this.reaches = Map.copyOf(reaches);
        this.config = config;
        this.ours = List.copyOf(ours);
    }

    public GitConfig config() {
        return config;
    }

    /** What a tenant reaches. @throws ToolException {@code DENIED} for a tenant without roots */
    public GitReach reach(Tenant tenant) {
        GitReach reach = reaches.get(tenant);
        if (reach == null || reach.roots().isEmpty()) {
            throw ToolException.denied("the tenant " + tenant.name() + " has no folder with repositories; the operator"
                    + " can give it roots in the configuration");
        }
        return reach;
    }

    /** The tenant's roots, guarded: the only way to a file of a working tree. */
    public Workspace workspace(Tenant tenant) {
        return workspaces.computeIfAbsent(
                tenant,
                t -> new Workspace(
                        reach(t).roots().stream()
                                .map(Path::of)
                                .map(Path::toAbsolutePath)
                                .toList(),
                        new Protection(List.of(), List.of()),
                        false,
                        ours));
    }

    /**
     * A repository, to be closed after use.
     *
     * @param repo its path: the top of a working tree, or a bare repository; empty for the root itself
     * @throws ToolException {@code NOT_FOUND} where there is none, {@code DENIED} for one that leads out of the roots or
     *     that JGit would misread, with the reason
     */
    public Repo open(Call call, Optional<String> repo) {
        Workspace workspace = workspace(call.tenant());
        Target named = workspace.at(repo.orElse("."));
        try (Folder folder = workspace.folder(named)) {
            Key key = new Key(call.tenant(), workspace.at(named.root(), folder.path()));
            return kept(key, workspace).orElseGet(() -> openNew(call, key, workspace, folder));
        }
    }

    /**
     * A new repository, and the folders above it that are missing.
     *
     * @param branch that it begins on
     * @throws ToolException {@code DENIED} outside of the roots, {@code CONFLICT} where one is already
     */
    public NewRepository create(Call call, String path, boolean bare, String branch) {
        return NewRepository.make(workspace(call.tenant()), path, bare, branch, made -> open(call, Optional.of(made)));
    }

    private Optional<Repo> kept(Key key, Workspace workspace) {
        Held known;
        synchronized (held) {
            known = held.get(key);
            if (known == null) {
                return Optional.empty();
            }
            known.git().incrementOpen();
        }
        boolean good = false;
        try {
            good = known.opened().holds();
            return good ? Optional.of(repo(key, workspace, known)) : Optional.empty();
        } finally {
            if (!good) {
                known.git().close();
                forget(key, known);
            }
        }
    }

    private void forget(Key key, Held gone) {
        synchronized (held) {
            if (!held.remove(key, gone)) {
                return;
            }
        }
        gone.git().close();
    }

    private Repo openNew(Call call, Key key, Workspace workspace, Folder folder) {
        if (folder.stat(".git").isEmpty() && !Opening.isRepository(folder, folder)) {
            throw none(key.top(), folder, workspace);
        }
        Opened opened = Opening.check(call, workspace, config, key.top(), folder);
        List<Path> roots = workspace.roots().stream().map(Root::location).toList();
        Held fresh;
        try {
            GuardedRepository git = GuardedRepository.open(opened.layout(), roots, config.maxFetchBytes());
            fresh = new Held(opened, git, new Remembered(), new MappedIndexes(git));
        } catch (IOException e) {
            throw ToolException.unavailable(RepoText.path(key.top().shown()) + " cannot be read", e);
        }
        fresh.git().incrementOpen();
        keep(key, fresh);
        return repo(key, workspace, fresh);
    }

    private void keep(Key key, Held fresh) {
        List<Held> gone = new ArrayList<>();
        synchronized (held) {
            Optional.ofNullable(held.put(key, fresh)).ifPresent(gone::add);
            if (held.size() > KEPT_OPEN) {
                Key oldest = held.keySet().iterator().next();
                Optional.ofNullable(held.remove(oldest)).ifPresent(gone::add);
            }
        }
        gone.forEach(each -> each.git().close());
    }

    private Repo repo(Key key, Workspace workspace, Held open) {
        Layout layout = open.opened().layout();
        open.indexes().look();
        return new Repo(
                key.tenant(),
                reach(key.tenant()),
                config,
                workspace,
                layout.workTree().isPresent() ? key.top() : open.opened().gitDir(),
                open.opened().gitDir(),
                open.git(),
                layout.settings().partial(),
                open.remembered(),
                changing.computeIfAbsent(layout.commonDir(), path -> new ReentrantLock()));
    }

    /** Says where repositories are, above or below. */
    private static ToolException none(Target top, Folder folder, Workspace workspace) {
        for (String path = top.path(); !path.isEmpty(); ) {
            path = path.substring(0, Math.max(0, path.lastIndexOf('/')));
            Target above = workspace.at(top.root(), path);
            try (Folder candidate = workspace.folder(above)) {
                if (candidate.stat(".git").isPresent()) {
                    return ToolException.invalidInput("%s is inside of the repository %s; name that one"
                            .formatted(RepoText.path(top.shown()), RepoText.path(above.shown())));
                }
            }
        }
        List<String> names = new ArrayList<>();
        folder.entries((name, type) -> {
            if (type == EntryType.FOLDER) {
                names.add(name);
            }
            return names.size() < LOOKED_AT;
        });
        List<String> near = names.stream()
                .sorted()
                .filter(name -> holdsRepository(folder, name))
                .limit(NEAR)
                .map(name -> RepoText.path(top.shown(top.path().isEmpty() ? name : top.path() + "/" + name)))
                .toList();
        return ToolException.notFound("there is no repository at " + RepoText.path(top.shown())
                + (near.isEmpty() ? "" : "; below it there are: " + String.join(", ", near)));
    }

    /** Whether a folder is a repository without a working tree, by what lies in it. */
    public static boolean isBareRepository(Folder folder) {
        return folder.stat("HEAD").filter(Stat::isFile).isPresent() && Opening.isRepository(folder, folder);
    }

    private static boolean holdsRepository(Folder folder, String name) {
        try (Folder below = folder.folder(name)) {
            return below.stat(".git").isPresent() || isBareRepository(below);
        } catch (ToolException e) {
            // Not for us to read: not ours to tell of.
            return false;
        }
    }

    @Override
    public void close() {
        List<Held> all;
        synchronized (held) {
            all = List.copyOf(held.values());
            held.clear();
        }
        all.forEach(each -> each.git().close());
        workspaces.values().forEach(Workspace::close);
    }
}
