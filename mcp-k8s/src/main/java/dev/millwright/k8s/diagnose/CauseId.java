package dev.millwright.k8s.diagnose;

import java.util.Locale;

/**
 * The causes we can name. The first part of a name groups them; {@code IMAGE_NOT_FOUND} is written
 * {@code image.not_found}. Two stand alone, and are written with their underscores.
 */
public enum CauseId {
    IMAGE_NOT_FOUND,
    IMAGE_AUTH,
    IMAGE_NETWORK,
    IMAGE_RATE_LIMITED,
    IMAGE_INVALID_NAME,
    IMAGE_NEVER_PULL,
    IMAGE_INSPECT,
    CRASH_APP_ERROR,
    CRASH_COMMAND_NOT_FOUND,
    CRASH_OOM,
    CRASH_OOM_AT_INIT,
    CRASH_LIVENESS_KILL,
    CRASH_SIGNAL,
    CRASH_COMPLETED,
    CRASH_NODE_OOM,
    PROBE_WRONG_PORT,
    PROBE_WRONG_PROTOCOL_OR_PATH,
    PROBE_TOO_AGGRESSIVE,
    PROBE_STARTUP_OR_GATE,
    CONFIG_MISSING_OBJECT,
    CONFIG_MISSING_KEY,
    CONFIG_MOUNT,
    CONTAINER_CREATE_ERROR,
    SANDBOX_NETWORK,
    INIT_BLOCKED,
    SCHED_RESOURCES,
    SCHED_TAINT,
    SCHED_CORDON,
    SCHED_NODE_AFFINITY,
    SCHED_POD_AFFINITY_OR_SPREAD,
    SCHED_PORT_NAME_GATE,
    SCHED_VOLUME,
    SCHED_PREEMPTED,
    PVC_CLASS,
    PVC_WAIT_FOR_CONSUMER,
    PVC_PV_MISMATCH,
    PVC_FULL_OR_RESIZE,
    ADMISSION_QUOTA,
    ADMISSION_POLICY,
    ADMISSION_SERVICE_ACCOUNT,
    ROLLOUT_DEADLINE,
    ROLLOUT_STUCK_STRATEGY,
    WORKLOAD_ZERO_REPLICAS,
    DAEMONSET,
    JOB,
    CRONJOB,
    SERVICE_SELECTOR_MISMATCH,
    SERVICE_PODS_NOT_READY,
    SERVICE_PORT_MISMATCH,
    SERVICE_TYPE,
    SERVICE_ENV_ADDRESS,
    INGRESS,
    NETPOL_ISOLATION,
    DNS,
    HPA,
    PDB_BLOCKING,
    NODE,
    EVICTED,
    RESIZE,
    RBAC,
    CERTS,
    FINALIZER_STUCK,
    CONTROLPLANE,
    APP_DB,
    PORT_CONFLICT_IN_POD,
    THROTTLING,
    HELM;

    /** As answers write it. */
    public String id() {
        String name = name().toLowerCase(Locale.ROOT);
        return this == FINALIZER_STUCK || this == PORT_CONFLICT_IN_POD ? name : name.replaceFirst("_", ".");
    }
}
