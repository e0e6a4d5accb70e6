package dev.millwright.docker.config;

/** Tools that are offered together. */
public enum ToolGroup {
    /** Look, analyse, advise. */
    READ,
    /** Build images, run code in throw-away containers, check a release. */
    BUILD,
    /** Start, stop, restart and remove containers. */
    MANAGE
}
