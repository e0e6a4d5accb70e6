package dev.millwright.git.config;

/** Tools that are offered together. */
public enum ToolGroup {
    /** Look, commit, branch, merge, undo. */
    WORK,
    /** Give history another shape. */
    REWRITE,
    /** Talk to other repositories. */
    REMOTES,
    /** Keep repositories in shape. */
    ADMIN
}
