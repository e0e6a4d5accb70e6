package dev.millwright.k8s.config;

/** Tools that are offered together. */
public enum ToolGroup {
    /** Look and diagnose. */
    READ,
    /** Scale, restart, apply a fix. */
    OPS,
    /** Releases of Helm charts. */
    HELM,
    /** Apply and delete any object, run programs in containers. */
    ADMIN
}
