package dev.millwright.docker.engine;

import dev.millwright.docker.config.DockerReach;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Protection;
import dev.millwright.workspace.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The folders of tenants: Dockerfiles, contexts, logs, archives. Opens nothing before the first path comes. */
public final class Roots implements AutoCloseable {
    private final Map<Tenant, Workspace> workspaces;

    /** @param ours folders of this program's own, which no path of a caller reaches */
    public Roots(Map<Tenant, DockerReach> reach, List<Path> ours) {
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

    /** @throws ToolException {@code DENIED} for a tenant without folders, saying what to configure */
    public Workspace of(Tenant tenant) {
        return Optional.ofNullable(workspaces.get(tenant))
                .orElseThrow(() -> ToolException.denied("no folder may be read: tenant " + tenant.name()
                        + " has none in reach.docker.roots (--root DIR)"));
    }

    @Override
    public void close() {
        workspaces.values().forEach(Workspace::close);
    }
}
