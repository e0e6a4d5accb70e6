package dev.millwright.git.config;

import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import java.util.List;
import java.util.Optional;

/** How the git server works, for all tenants. */
public record GitConfig(
        @Doc(
                "Tools offered: work, remotes, rewrite (history), admin; default: work, and remotes where a tenant has hosts.")
        Optional<List<ToolGroup>> toolsets,

        @Doc(
                value = "Branches that are never rewritten, deleted or force-pushed: names, with * for any characters.",
                orElse = "[\"main\", \"master\", \"release/*\"]")
        List<String> protectedBranches,

        @Doc(value = "Days until what undo needs is removed.", min = 1, max = 3650, orElse = "30")
        int undoDays,

        @Doc(
                value = "Bytes of replaced contents kept for undo at most; the oldest go first.",
                min = 1_000_000,
                orElse = "10000000000")
        long undoBytes,

        @Doc(
                value = "Bytes of the largest blob that is shown, compared or merged as text.",
                min = 1_000,
                max = 1_000_000_000,
                orElse = "20000000")
        int maxTextBytes,

        @Doc(value = "Bytes of the largest pack that a remote may send.", min = 1_000, orElse = "5000000000")
        long maxFetchBytes,

        @Doc(
                value =
                        "Repositories that are opened although they belong to another user: absolute paths, with * for any"
                                + " characters.",
                orElse = "[]")
        List<String> trustedRepositories) {
    public GitConfig {
        toolsets = toolsets.map(List::copyOf);
        trustedRepositories = List.copyOf(trustedRepositories);
        protectedBranches = List.copyOf(protectedBranches);
    }

    /** All defaults. */
    public static GitConfig defaults() {
        return Schema.of(GitConfig.class, Schema.Keys.KEBAB).bind(Json.object());
    }
}
