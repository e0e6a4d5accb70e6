package dev.millwright.docker.engine;

import dev.millwright.docker.config.DockerReach;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.util.Map;
import java.util.Optional;

/** The tenants' engines; the only way from a call to one. */
public final class Engines implements AutoCloseable {
    private final Map<Tenant, DockerReach> reach;
    private final Connector connector;

    public Engines(Map<Tenant, DockerReach> reach, Connector connector) {
        this.reach = Map.copyOf(reach);
        this.connector = connector;
    }

    /** @throws ToolException {@code DENIED} for a tenant that reaches none */
    public DockerReach reach(Tenant tenant) {
        return Optional.ofNullable(reach.get(tenant))
                .orElseThrow(() -> ToolException.denied("tenant " + tenant.name() + " reaches no Docker engine"));
    }

    /** The engine of a call; connects with the first request. */
    public Engine of(Call call) {
        return connector.connect(reach(call.tenant()));
    }

    /** The tenant's containers. */
    public Containers containers(Call call) {
        DockerReach its = reach(call.tenant());
        return new Containers(connector.connect(its), its);
    }

    /** The tenant's images. */
    public Images images(Call call) {
        DockerReach its = reach(call.tenant());
        return new Images(connector.connect(its), its);
    }

    @Override
    public void close() {
        connector.close();
    }
}
