package dev.millwright.git;

import dev.millwright.git.config.ToolGroup;
import dev.millwright.git.find.CodeHosts;
import dev.millwright.git.history.Histories;
import dev.millwright.git.remote.Remotes;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Json;
import dev.millwright.tool.Tool;
import dev.millwright.tool.Toolset;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The list of what this server offers, in the order it is published. */
public final class GitTools {
    private GitTools() {}

    public static List<Toolset> sets(
            Repositories repositories,
            Changes changes,
            Histories histories,
            Signing signing,
            CodeHosts codeHosts,
            Remotes remotes) {
        return List.of(
                set(
                        ToolGroup.WORK,
                        new GitStatus(repositories, histories),
                        new GitLog(repositories, histories, Clock.systemUTC()),
                        new GitSearch(repositories, histories, Clock.systemUTC()),
                        new GitDiff(repositories),
                        new GitShow(repositories),
                        new GitAdd(repositories, changes),
                        new GitSwitch(repositories, changes, histories),
                        new GitCommit(repositories, changes, signing),
                        new GitMerge(repositories, changes, signing),
                        new GitConflicts(repositories, changes),
                        new GitBranch(repositories, changes, histories),
                        new GitTag(repositories, changes, signing),
                        new GitStash(repositories, changes, signing),
                        new GitBlame(repositories, histories),
                        new GitInit(repositories, changes),
                        new GitUndo(repositories, changes),
                        new SearchRepositories(repositories, codeHosts)),
                set(
                        ToolGroup.REWRITE,
                        new GitReset(repositories, changes, histories),
                        new GitRebase(repositories, changes, signing),
                        new GitCherryPick(repositories, changes, signing),
                        new GitRevert(repositories, changes, signing)),
                set(
                        ToolGroup.REMOTES,
                        new GitClone(repositories, changes, remotes),
                        new GitFetch(repositories, changes, remotes),
                        new GitPull(repositories, changes, remotes, signing),
                        new GitPush(repositories, changes, remotes),
                        new GitRemote(repositories, changes, remotes)),
                set(
                        ToolGroup.ADMIN,
                        new GitMaintain(repositories, changes, histories),
                        new GitWorktree(repositories, changes)));
    }

    private static Toolset set(ToolGroup group, Tool<?, ?>... tools) {
        return new Toolset(Json.name(group), true, List.of(tools));
    }

    /** Those of the toolsets that the operator wants. */
    public static List<Tool<?, ?>> list(List<Toolset> sets, List<ToolGroup> wanted) {
        Set<String> names = wanted.stream().map(Json::name).collect(Collectors.toSet());
        return sets.stream()
                .filter(set -> names.contains(set.name()))
                .<Tool<?, ?>>flatMap(set -> set.tools().stream())
                .toList();
    }
}
