package dev.millwright.k8s.helm;

import dev.millwright.tool.Tenant;
import dev.millwright.workspace.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The charts of tenants. */
public final class HelmCharts {
    private final Function<Tenant, Optional<Workspace>> roots;
    private final Function<Tenant, List<String>> sources;
    private final Path scratch;

    /** @param scratch folder of our own for copies of charts; made when it is needed */
    public HelmCharts(
            Function<Tenant, Optional<Workspace>> roots, Function<Tenant, List<String>> sources, Path scratch) {
        this.roots = roots;
        this.sources = sources;
        this.scratch = scratch;
    }

    public Charts of(Tenant tenant) {
        return new Charts(roots.apply(tenant), sources.apply(tenant), scratch);
    }
}
