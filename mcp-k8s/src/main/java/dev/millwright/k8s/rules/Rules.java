package dev.millwright.k8s.rules;

import dev.millwright.k8s.diagnose.Rule;
import java.util.List;

/** The list of all rules; what is cheap and most often the cause comes first, as the lists of a diagnosis are bounded. */
public final class Rules {
    public static final List<Rule> ALL = List.of(
            new Images(),
            new Crashes(),
            new Probes(),
            new Databases(),
            new References(),
            new Mounts(),
            new Creations(),
            new Sandboxes(),
            new Waits(),
            new Removals(),
            new Resizes(),
            new Scheduling(),
            new Claims(),
            new Admission(),
            new Rollouts(),
            new DaemonSets(),
            new Jobs(),
            new Services(),
            new ServiceTypes(),
            new Ingresses(),
            new Gateways(),
            new ZeroReplicas(),
            new EnvAddresses(),
            new Autoscalers(),
            new Nodes(),
            new NetworkPolicies(),
            new Dns(),
            new AccessRights(),
            new ControlPlane(),
            new Certificates(),
            new DisruptionBudgets(),
            new Finalizers(),
            new HelmReleases());

    private Rules() {}
}
