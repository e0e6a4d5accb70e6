package dev.millwright.filesystem;

import dev.millwright.filesystem.exec.ExecConfig;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import java.util.List;

/** How the filesystem server works, for all tenants. */
public record FilesystemConfig(
        @Doc(
                value = "Paths that no tool may change, beside .git: a name or names with / between, at any depth, with"
                        + " all below. Case and Unicode variants count as the same.",
                orElse = DEFAULT_PROTECTED)
        List<String> protectedPaths,

        @Doc(value = "Entries of protected-paths, as written there, that may be changed.", orElse = "[]")
        List<String> allowProtected,

        @Doc(value = "Whether paths may pass into file systems mounted inside of a root.", orElse = "false")
        boolean acrossMounts,

        @Doc(
                value = "Days until replaced contents, trash and the record for undo are removed.",
                min = 1,
                max = 3650,
                orElse = "30")
        int undoDays,

        @Doc(
                value = "Bytes of replaced contents and trash at most; the oldest go first.",
                min = 1_000_000,
                orElse = "10000000000")
        long undoBytes,

        @Doc(
                value = "Bytes of the largest file that may be overwritten: it is kept for undo.",
                min = 0,
                orElse = "1000000000")
        long maxOverwriteBytes,

        @Doc(
                value = "Bytes of the largest file that may be edited: it is held in memory.",
                min = 1,
                max = 1_000_000_000,
                orElse = "64000000")
        int maxEditBytes,

        @Doc(
                value = "Bytes of the largest image or sound given to a model.",
                min = 0,
                max = 100_000_000,
                orElse = "5000000")
        int maxMediaBytes,

        @Doc(value = "Bounds of execute_code.", orElse = "{}")
        ExecConfig exec) {

    private static final String DEFAULT_PROTECTED = """
            [".gitattributes", ".gitmodules", ".lfsconfig", ".gitconfig", ".husky", ".mcp.json", ".vscode", ".idea",
             ".cursor", ".cursorrules", ".claude", ".claude.json", ".codex", ".gemini", ".windsurf", ".windsurfrules",
             ".zed", "CLAUDE.md", "CLAUDE.local.md", "AGENTS.md", "GEMINI.md", ".github/copilot-instructions.md",
             ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".profile", ".zshrc",
             ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".kshrc", ".cshrc", ".tcshrc", ".login", ".inputrc",
             ".xprofile", ".xinitrc", ".xsession", ".config/fish", ".config/autostart", ".config/systemd", ".config/git",
             ".local/bin", ".envrc", ".ssh", ".gnupg", ".aws", ".kube", ".docker", ".netrc", ".npmrc", ".pypirc",
             ".github/workflows", ".github/actions", ".gitlab-ci.yml", ".circleci", ".travis.yml", "Jenkinsfile",
             "azure-pipelines.yml", "bitbucket-pipelines.yml", ".drone.yml", ".woodpecker", ".woodpecker.yml",
             ".buildkite", ".gitea/workflows", ".forgejo/workflows", "*.code-workspace", ".devcontainer"]""";

    public FilesystemConfig {
        protectedPaths = List.copyOf(protectedPaths);
        allowProtected = List.copyOf(allowProtected);
        for (String allowed : allowProtected) {
            if (!protectedPaths.contains(allowed)) {
                throw new IllegalArgumentException("allow-protected lists " + allowed
                        + ", which is no entry of protected-paths"
                        + Schema.nearest(allowed, protectedPaths)
                                .map(near -> "; did you mean " + near + "?")
                                .orElse(""));
            }
        }
    }

    /** All defaults. */
    public static FilesystemConfig defaults() {
        return Schema.of(FilesystemConfig.class, Schema.Keys.KEBAB).bind(Json.object());
    }
}
