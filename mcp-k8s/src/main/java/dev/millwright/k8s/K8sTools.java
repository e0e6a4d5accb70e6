package dev.millwright.k8s;

import dev.millwright.json.Json;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.config.ToolGroup;
import dev.millwright.k8s.fix.Mending;
import dev.millwright.k8s.fix.Plans;
import dev.millwright.k8s.helm.HelmCharts;
import dev.millwright.k8s.helm.HelmLibrary;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.rules.Rules;
import dev.millwright.k8s.snapshot.Snapshots;
import dev.millwright.tool.Tool;
import dev.millwright.tool.Toolset;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The list of what this server offers, in the order it is published. */
final class K8sTools {
    private K8sTools() {}

    static List<Toolset> sets(
            Clusters clusters,
            Snapshots snapshots,
            Plans plans,
            HelmCharts charts,
            HelmLibrary helm,
            K8sConfig config,
            Clock clock) {
        Mending mending = new Mending(plans, Rules.ALL, config.maxObjects(), clock);
        return List.of(
                set(
                        ToolGroup.READ,
                        new K8sDiagnose(clusters, snapshots, plans, config, clock),
                        new K8sClusterStatus(clusters, config, clock),
                        new K8sGet(clusters, clock),
                        new AnalyzePodLogs(clusters, config, clock),
                        new K8sTimeline(clusters, config, clock),
                        new GetServiceEndpoints(clusters, config, clock),
                        new CheckPvcStorage(clusters, config),
                        new HealthCheckFull(clusters, config, clock),
                        new DbQueryStats(clusters),
                        new OptimizeResources(clusters, config),
                        new K8sSnapshot(clusters, snapshots, config, clock)),
                set(
                        ToolGroup.OPS,
                        new ScaleDeployment(clusters, mending),
                        new RestartDeployment(clusters, mending, clock),
                        new ApplyFix(clusters, plans, mending),
                        new RecoverWorkload(clusters, plans, mending)),
                set(
                        ToolGroup.HELM,
                        new HelmReleases(clusters, charts, clock),
                        new HelmInstall(clusters, charts, helm, clock),
                        new HelmUpgrade(clusters, charts, helm, clock),
                        new HelmRollback(clusters, clock),
                        new HelmUninstall(clusters, clock)),
                set(ToolGroup.ADMIN, new K8sApply(clusters), new K8sDelete(clusters, mending), new K8sExec(clusters)));
    }

    private static Toolset set(ToolGroup group, Tool<?, ?>... tools) {
        return new Toolset(Json.name(group), true, List.of(tools));
    }

    /** Those of the toolsets that the operator wants. */
    static List<Tool<?, ?>> list(List<Toolset> sets, List<ToolGroup> wanted) {
        Set<String> names = wanted.stream().map(Json::name).collect(Collectors.toSet());
        return sets.stream()
                .filter(set -> names.contains(set.name()))
                .<Tool<?, ?>>flatMap(set -> set.tools().stream())
                .toList();
    }
}
