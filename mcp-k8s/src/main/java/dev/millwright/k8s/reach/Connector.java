package dev.millwright.k8s.reach;

import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.config.K8sReach;
import java.util.List;
import java.util.Optional;

/** What makes connections to clusters; keeps and renews them, follows changes of the kubeconfig file. */
public interface Connector extends AutoCloseable {
    /**
     * Names of all contexts, in the file's order; {@code in-cluster} for the credentials inside a pod.
     *
     * @throws dev.millwright.tool.ToolException {@code UNAVAILABLE} where there is no cluster to be had, saying what was
     *     looked for and what to do
     */
    List<String> contexts(K8sReach reach);

    /** The context of calls that name none; empty where the file has no current one. */
    Optional<String> current(K8sReach reach);

    /** Namespace of calls that name none, as the context says; else {@code default}. */
    String namespace(K8sReach reach, String context);

    /**
     * Connects, or gives the connection there is: the same object for the same credentials, another one for others.
     *
     * @param context one of {@link #contexts}
     */
    Cluster connect(K8sReach reach, String context);

    @Override
    void close();
}
