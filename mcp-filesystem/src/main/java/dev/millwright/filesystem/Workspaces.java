package dev.millwright.filesystem;

import dev.millwright.filesystem.undo.History;
import dev.millwright.store.Operations;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Protection;
import dev.millwright.workspace.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The workspaces of all tenants, opened when they are first used. */
public final class Workspaces implements AutoCloseable {
    private final Map<Tenant, FilesystemReach> reaches;
    private final FilesystemConfig config;
    private final Path dataDir;
    private final Path ours;
    private final Operations operations;
    private final Map<Tenant, Workspace> opened = new ConcurrentHashMap<>();
    private final Map<Tenant, History> histories = new ConcurrentHashMap<>();

    /**
     * @param dataDir for what undo needs
     * @param ours the folder of all that this program keeps: nothing in it can be read or changed, even where a root
     *     holds it
     */
    public Workspaces(
            Map<Tenant, FilesystemReach> reaches,
            FilesystemConfig config,
            Path dataDir,
            Path ours,
            Operations operations) {
        this.reaches = Map.copyOf(reaches);
        this.config = config;
        this.dataDir = dataDir.toAbsolutePath().normalize();
        this.ours = ours.toAbsolutePath().normalize();
        this.operations = operations;
    }

    /** @throws ToolException {@code DENIED} for a tenant without roots */
    public Workspace of(Tenant tenant) {
        return opened.computeIfAbsent(tenant, this::open);
    }

    /** Changes of a tenant's workspace: the only way to make any. */
    public History history(Tenant tenant) {
        return histories.computeIfAbsent(
                tenant,
                t -> new History(
                        t,
                        of(t),
                        operations,
                        dataDir.resolve("undo").resolve(t.name()),
                        new History.Bounds(
                                Duration.ofDays(config.undoDays()), config.undoBytes(), config.maxOverwriteBytes())));
    }

    public FilesystemConfig config() {
        return config;
    }

    private Workspace open(Tenant tenant) {
        List<Path> roots =
                Optional.ofNullable(reaches.get(tenant)).map(FilesystemReach::roots).orElse(List.of()).stream()
                        .map(Path::of)
                        .map(Path::toAbsolutePath)
                        .toList();
        if (roots.isEmpty()) {
            throw ToolException.denied("the tenant " + tenant.name() + " has no folder to work in; the operator can"
                    + " give it roots in the configuration");
        }
        Protection protection = new Protection(config.protectedPaths(), config.allowProtected());
        return new Workspace(roots, protection, config.acrossMounts(), List.of(ours));
    }

    @Override
    public void close() {
        histories.values().forEach(History::close);
        opened.values().forEach(Workspace::close);
    }
}
