package dev.millwright.git;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A plausible input for each tool, in the repository r that {@link Vectors} makes: a new tool joins by a line. */
final class Calls {
    static final Map<String, List<String>> INPUTS = Map.ofEntries(
            Map.entry("git_status", List.of("{'repo': 'r'}", "{'repo': 'r', 'ignored': true, 'untracked': 'files'}")),
            Map.entry("git_log", List.of("{'repo': 'r'}", "{'repo': 'r', 'paths': ['f.txt'], 'follow': true}")),
            Map.entry(
                    "git_diff",
                    List.of(
                            "{'repo': 'r'}",
                            "{'repo': 'r', 'staged': true}",
                            "{'repo': 'r', 'from': 'main', 'to': 'o'}")),
            Map.entry("git_show", List.of("{'repo': 'r', 'object': 'o'}", "{'repo': 'r', 'object': 'main:f.txt'}")),
            Map.entry("git_blame", List.of("{'repo': 'r', 'path': 'f.txt'}")),
            Map.entry("git_search", List.of("{'repo': 'r', 'query': 'line'}")),
            Map.entry("git_init", List.of("{'path': 'made'}")),
            Map.entry("git_clone", List.of("{'url': '{ROOT}/r', 'path': 'cloned'}")),
            Map.entry("git_add", List.of("{'repo': 'r', 'paths': ['f.txt']}", "{'repo': 'r', 'all': true}")),
            Map.entry("git_commit", List.of("{'repo': 'r', 'message': 'changed', 'allowEmpty': true}")),
            Map.entry("git_branch", List.of("{'repo': 'r', 'action': 'create', 'name': 'b'}")),
            Map.entry("git_tag", List.of("{'repo': 'r', 'action': 'create', 'name': 't', 'message': 'm'}")),
            Map.entry("git_switch", List.of("{'repo': 'r', 'target': 'o'}")),
            Map.entry("git_merge", List.of("{'repo': 'r', 'source': 'o'}")),
            Map.entry("git_rebase", List.of("{'repo': 'r', 'upstream': 'o'}", "{'repo': 'r', 'action': 'continue'}")),
            Map.entry("git_cherry_pick", List.of("{'repo': 'r', 'commits': ['o']}")),
            Map.entry("git_revert", List.of("{'repo': 'r', 'commits': ['main']}")),
            Map.entry("git_conflicts", List.of("{'repo': 'r'}")),
            Map.entry("git_fetch", List.of("{'repo': 'r'}")),
            Map.entry("git_pull", List.of("{'repo': 'r'}")),
            Map.entry("git_push", List.of("{'repo': 'r'}")),
            Map.entry("git_remote", List.of("{'repo': 'r'}")),
            Map.entry("git_stash", List.of("{'repo': 'r', 'action': 'push'}")),
            Map.entry("git_worktree", List.of("{'repo': 'r', 'action': 'add', 'path': 'linked', 'branch': 'o'}")),
            Map.entry("git_reset", List.of("{'repo': 'r', 'mode': 'hard', 'target': 'o'}")),
            Map.entry("git_undo", List.of("{'repo': 'r'}")),
            Map.entry("git_maintain", List.of("{'repo': 'r', 'action': 'gc'}")),
            Map.entry("search_repositories", List.of("{'query': 'r', 'content': 'line'}")));

    /** Those that work on a tree without changes. */
    static final Set<String> CLEAN =
            Set.of("git_switch", "git_merge", "git_rebase", "git_cherry_pick", "git_revert", "git_pull");

    private Calls() {}
}
