package dev.millwright.k8s.snapshot;

import dev.millwright.k8s.reach.Roots;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.util.Collection;
import java.util.function.Consumer;

/** Snapshots in the tenants' folders. */
public final class Snapshots {
    private final Roots roots;
    private final Consumer<Collection<String>> hide;

    /** @param hide takes values of Secrets that were read, to be kept out of every answer */
    public Snapshots(Roots roots, Consumer<Collection<String>> hide) {
        this.roots = roots;
        this.hide = hide;
    }

    /**
     * Reads a folder, an archive or a single file.
     *
     * @throws ToolException {@code UNAVAILABLE} without a root, {@code INVALID_INPUT} for what holds no
     *     objects or is damaged, {@code LIMIT} for what is larger than any dump
     */
    public Snapshot read(Call call, String path) {
        Workspace workspace = workspace(call);
        Target target = workspace.at(path);
        SnapshotReader reader = new SnapshotReader(target.shown(), hide);
        new SnapshotFiles(workspace, target, reader).walk();
        return reader.snapshot();
    }

    /** @throws ToolException where a snapshot of that name could not be written */
    public void checkFree(Call call, String path) {
        Workspace workspace = workspace(call);
        SnapshotWriter.free(workspace, workspace.at(path)).close();
    }

    /** Writes a folder, or an archive where the path ends in {@code .tar.gz} or {@code .tgz}; its name must be free. */
    public SnapshotWriter.Written write(Call call, String path, SnapshotWriter.Made made) {
        Workspace workspace = workspace(call);
        return SnapshotWriter.write(workspace, workspace.at(path), made);
    }

    private Workspace workspace(Call call) {
        return roots.of(call.tenant())
                .orElseThrow(
                        () -> ToolException.unavailable(
                                "tenant " + call.tenant().name()
                                        + " has no folder for snapshots: start with --root DIR, or list some under roots of its reach"));
    }
}
