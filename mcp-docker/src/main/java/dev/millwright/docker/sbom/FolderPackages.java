package dev.millwright.docker.sbom;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.FileStream;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the packages of a folder of the workspace, or of a single lock file. */
public final class FolderPackages {
    private static final int DEEPEST = 100;
    private static final int MOST_ENTRIES = 1_000_000;

    private final Workspace workspace;
    private final Target target;
    private final PackageScan scan = PackageScan.ofFolder();
    private final List<Sbom.Problem> problems = new ArrayList<>();
    private int entries;

    private FolderPackages(Workspace workspace, Target target) {
        this.workspace = workspace;
        this.target = target;
    }

    /**
     * Looks through a folder with all below it, links not followed.
     *
     * @throws ToolException {@code INVALID_INPUT} for a file of which no packages can be read
     */
    public static Sbom of(Workspace workspace, Target target) {
        FolderPackages packages = new FolderPackages(workspace, target);
        if (workspace.stat(target).isFolder()) {
            try (Folder folder = workspace.folder(target)) {
                packages.walk(folder, "", 0);
            }
        } else {
            packages.single();
        }
        Sbom sbom = packages.scan.folder();
        packages.problems.addAll(sbom.problems());
        return new Sbom(sbom.distro(), sbom.components(), packages.problems);
    }

    private void single() {
        String name = target.path().substring(target.path().lastIndexOf('/') + 1);
        try (OpenFile file = workspace.open(target)) {
            Stat stat = file.stat();
            if (!scan.wants(name, stat.mode())) {
                throw ToolException.invalidInput(
                        target + " is no file that tells of packages; a folder, a lock file such"
                                + " as package-lock.json, a jar or a Go program fits");
            }
            scan.read("", name, stat.mode(), stat.size(), new FileStream(file));
        }
    }

    private void walk(Folder folder, String path, int depth) {
        if (Thread.currentThread().isInterrupted()) {
            throw ToolException.limit("the call was stopped at its deadline or by its caller");
        } else if (depth > DEEPEST) {
            problems.add(new Sbom.Problem("/" + path, "it is nested deeper than " + DEEPEST + " folders"));
            return;
        }
        List<String> folders = new ArrayList<>();
        folder.entries((name, type) -> {
            if (++entries > MOST_ENTRIES) {
                throw ToolException.limit(target + " has more than " + MOST_ENTRIES + " entries; name a folder in it");
            } else if (type == EntryType.FOLDER && !name.equals(".git")) {
                folders.add(name);
            } else if (type == EntryType.FILE) {
                file(folder, name, path + name);
            }
            return true;
        });
        folders.sort(null);
        for (String name : folders) {
            if (!workspace.isOurs(target.root(), folder.path().isEmpty() ? name : folder.path() + "/" + name)) {
                try (Folder inner = folder.folder(name)) {
                    walk(inner, path + name + "/", depth + 1);
                } catch (ToolException e) {
                    if (e.kind() == ToolException.Kind.LIMIT) {
                        throw e;
                    }
                    problems.add(new Sbom.Problem("/" + path + name, e.getMessage()));
                }
            }
        }
    }

    private void file(Folder folder, String name, String path) {
        if (!scan.wants(path, 0777)) {
            return;
        }
        Optional<Stat> stat = folder.stat(name);
        if (stat.isEmpty() || !scan.wants(path, stat.get().mode())) {
            return;
        }
        try (OpenFile file = folder.file(name)) {
            scan.read("", path, stat.get().mode(), file.stat().size(), new FileStream(file));
        } catch (ToolException e) {
            problems.add(new Sbom.Problem("/" + path, e.getMessage()));
        }
    }
}
