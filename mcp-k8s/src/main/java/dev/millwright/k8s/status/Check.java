package dev.millwright.k8s.status;

import dev.millwright.k8s.diagnose.CauseId;

/** What a health check looks at; each cause belongs to one. */
public enum Check {
    CONTROLPLANE,
    NODES,
    WORKLOADS,
    SCHEDULING,
    STORAGE,
    NETWORK,
    SCALING,
    SECURITY;

    /** By the family of the cause. */
    public static Check of(CauseId id) {
        String family = id.id().replaceFirst("\\..*", "");
        return switch (family) {
            case "controlplane", "finalizer_stuck" -> CONTROLPLANE;
            case "node", "evicted" -> NODES;
            case "sched", "admission" -> SCHEDULING;
            case "pvc" -> STORAGE;
            case "service", "ingress", "netpol", "dns", "sandbox" -> NETWORK;
            case "hpa", "pdb", "resize" -> SCALING;
            case "certs", "rbac" -> SECURITY;
            default -> WORKLOADS;
        };
    }
}
