package dev.millwright.k8s.reach;

import dev.millwright.k8s.config.K8sReach;
import dev.millwright.tool.Tenant;
import dev.millwright.workspace.Protection;
import dev.millwright.workspace.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The folders of tenants that charts and manifests are read from. Opens nothing before the first path comes. */
public final class Roots implements AutoCloseable {
    private final Map<Tenant, Workspace> workspaces;

    /** @param ours folders of this program's own, which no path of a caller reaches */
    public Roots(Map<Tenant, K8sReach> reach, List<Path> ours) {
        workspaces = reach.entrySet().stream()
                .filter(each -> !each.getValue().roots().isEmpty())
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        each -> new Workspace(
                                each.getValue().roots().stream().map(Path::of).toList(),
                                new Protection(List.of(), List.of()),
                                false,
                                ours)));
    }

    /** Empty for a tenant without folders. */
    public Optional<Workspace> of(Tenant tenant) {
        return Optional.ofNullable(workspaces.get(tenant));
    }

    @Override
    public void close() {
        workspaces.values().forEach(Workspace::close);
    }
}
