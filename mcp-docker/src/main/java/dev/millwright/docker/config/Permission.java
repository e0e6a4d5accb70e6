package dev.millwright.docker.config;

/** What loosens the border between a container and its host; refused unless the configuration allows it. */
public enum Permission {
    /** Containers with all privileges, added capabilities or devices. */
    PRIVILEGED,
    /** Containers and builds in the host's network, process, user or IPC namespace. */
    HOST_NAMESPACES,
    /** Containers that see folders of the host. */
    HOST_MOUNTS,
    /** Containers that see the engine's socket, which makes them root on the host. */
    ENGINE_SOCKET,
    /** Builds and sandboxes with a network of their own. */
    NETWORK
}
