package dev.millwright.git.find;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Walks folders for repositories: the nearest first, links never followed, not into what tools fill. */
final class LocalRepositories {
    /** Folders looked into at most; 50,000 take about a second. */
    static final int MOST_FOLDERS = 50_000;

    private static final int DEEPEST = 12;

    /** Where tools keep what they fetched. */
    private static final Set<String> FILLED = Set.of(
            ".git",
            "node_modules",
            "bower_components",
            "__pycache__",
            ".venv",
            ".tox",
            ".cache",
            ".gradle",
            ".m2",
            ".npm",
            ".cargo",
            ".rustup",
            ".terraform");

    /**
     * What there is.
     *
     * @param repositories in the order of their paths
     * @param complete whether every folder was looked into
     */
    record Walked(List<Target> repositories, boolean complete) {}

    private record Step(Target folder, int depth) {}

    private final Workspace workspace;
    private final Call call;
    private final ArrayDeque<Step> ahead = new ArrayDeque<>();
    private final List<Target> found = new ArrayList<>();
    private int seen;
    private boolean complete = true;

    private LocalRepositories(Workspace workspace, Call call) {
        this.workspace = workspace;
        this.call = call;
    }

    static Walked below(Workspace workspace, Collection<Target> folders, Call call) {
        LocalRepositories walk = new LocalRepositories(workspace, call);
        folders.forEach(folder -> walk.ahead.add(new Step(folder, 0)));
        walk.run();
        List<Target> repositories = walk.found.stream()
                .distinct()
                .sorted((one, other) -> one.shown().compareTo(other.shown()))
                .toList();
        return new Walked(repositories, walk.complete);
    }

    private void run() {
        while (!ahead.isEmpty()) {
            Step step = ahead.poll();
            if (seen++ % 256 == 0) {
                CallMonitor.check(call);
            }
            try (Folder folder = workspace.folder(step.folder())) {
                look(step, folder);
            } catch (ToolException e) {
                if (step.depth() == 0) {
                    throw e;
                }
                complete &= e.kind() == ToolException.Kind.NOT_FOUND;
            }
        }
    }

    private void look(Step step, Folder folder) {
        List<String> below = new ArrayList<>();
        int[] parts = new int[1];
        boolean[] worked = new boolean[1];
        folder.entries((name, type) -> {
            switch (name) {
                case ".git" -> worked[0] = type == EntryType.FOLDER || type == EntryType.FILE;
                case "HEAD" -> parts[0] += type == EntryType.FILE ? 1 : 0;
                case "objects", "refs" -> parts[0] += type == EntryType.FOLDER ? 1 : 0;
                default -> {}
            }
            if (type == EntryType.FOLDER && !FILLED.contains(name)) {
                below.add(name);
            }
            return below.size() < MOST_FOLDERS;
        });
        boolean bare = parts[0] == 3;
        if (worked[0] || bare) {
            found.add(workspace.at(step.folder().root(), folder.path()));
        }
        if (!bare) {
            below.forEach(name -> add(step, folder, name));
        }
    }

    private void add(Step step, Folder folder, String name) {
        if (step.depth() == DEEPEST || seen + ahead.size() >= MOST_FOLDERS) {
            complete = false;
            return;
        }
        String path = folder.path().isEmpty() ? name : folder.path() + "/" + name;
        if (!workspace.isOurs(step.folder().root(), path)) {
            ahead.add(new Step(workspace.at(step.folder().root(), path), step.depth() + 1));
        }
    }
}
