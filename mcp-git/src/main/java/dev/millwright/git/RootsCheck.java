package dev.millwright.git;

import dev.millwright.git.config.GitReach;
import dev.millwright.git.repo.Repositories;
import dev.millwright.json.Json;
import dev.millwright.server.McpServer.Check;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Confinement;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Root;
import dev.millwright.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;

/** What {@code doctor} says of a tenant's roots: whether they can be opened, how well they hold, what is in them. */
final class RootsCheck {
    private static final int DEEPEST = 4;
    private static final int MOST_FOLDERS = 5_000;

    private int folders;
    private int found;

    private RootsCheck() {}

    static Check of(Repositories repositories, Tenant tenant, GitReach reach) {
        String subject = "tenant " + tenant.name();
        if (reach.roots().isEmpty()) {
            return new Check(
                    subject,
                    Check.State.MISSING,
                    "has no folder with repositories",
                    "give --root DIR, or tenants.%s.reach.git.roots in the configuration".formatted(tenant.name()));
        }
        String roots = String.join(", ", reach.roots());
        try {
            Workspace workspace = repositories.workspace(tenant);
            Confinement confinement = workspace.confinement();
            String counted = new RootsCheck().counted(workspace);
            return confinement == Confinement.BEST_EFFORT
                    ? new Check(
                            subject,
                            Check.State.WEAK,
                            roots + ": " + counted + ", but confinement is best-effort here",
                            "run on Linux 5.6 or newer, with native access")
                    : Check.ok(subject, "%s: %s, confined by %s".formatted(roots, counted, Json.name(confinement)));
        } catch (ToolException e) {
            return new Check(subject, Check.State.MISSING, e.getMessage(), "create the folder, or change the roots");
        }
    }

    private String counted(Workspace workspace) {
        for (Root root : workspace.roots()) {
            try (Folder folder = workspace.folder(workspace.at(root, ""))) {
                count(folder, 0);
            }
        }
        return (folders >= MOST_FOLDERS ? "at least " : "") + found + (found == 1 ? " repository" : " repositories");
    }

    private void count(Folder folder, int depth) {
        if (folder.stat(".git").isPresent() || Repositories.isBareRepository(folder)) {
            found++;
            return;
        }
        List<String> below = new ArrayList<>();
        folder.entries((name, type) -> {
            if (type == EntryType.FOLDER) {
                below.add(name);
            }
            return true;
        });
        for (String name : below) {
            if (depth == DEEPEST || ++folders > MOST_FOLDERS) {
                return;
            }
            try (Folder next = folder.folder(name)) {
                count(next, depth + 1);
            } catch (ToolException e) {
                // Not ours to read: no repository that could be opened.
                continue;
            }
        }
    }
}
