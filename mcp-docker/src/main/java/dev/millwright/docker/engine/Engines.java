package dev.millwright.docker.engine;

import dev.millwright.config.Glob;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The tenants' engines; the only way from a call to one. */
public final class Engines implements AutoCloseable {
    /** An address without anything after the host's name that a pattern could be fooled with, or the name of a context. */
    private static final Pattern PLAIN =
            Pattern.compile("(unix|npipe)://[^?#]+|(tcp|ssh|https?)://[^/?#]+/?|[A-Za-z0-9][A-Za-z0-9._+-]*");

    private final Map<Tenant, DockerReach> reach;
    private final Connector connector;

    public Engines(Map<Tenant, DockerReach> reach, Connector connector) {
        this.reach = Map.copyOf(reach);
        this.connector = connector;
    }

    /**
     * What a call may reach, of the engine that it names or of the tenant's own.
     *
     * @throws ToolException {@code DENIED} for a tenant that reaches none, or not the one that is named
     */
    public DockerReach reach(Call call) {
        DockerReach its = Optional.ofNullable(reach.get(call.tenant()))
                .orElseThrow(
                        () -> ToolException.denied("tenant " + call.tenant().name() + " reaches no Docker engine"));
        return call.system().map(engine -> another(its, engine)).orElse(its);
    }

    private DockerReach another(DockerReach its, String engine) {
        DockerReach other = its.at(engine);
        boolean fits = PLAIN.matcher(engine).matches() && Glob.matchesAny(its.hosts(), engine);
        if (!fits && !same(its, other)) {
            throw ToolException.denied("/docker_host \"%s\" is not among the engines of this tenant: its own, %s"
                    .formatted(
                            engine,
                            its.hosts().isEmpty()
                                    ? "and no other (tenants.*.reach.docker.hosts)"
                                    : String.join(", ", its.hosts())));
        }
        return other;
    }

    private boolean same(DockerReach its, DockerReach other) {
        try {
            return connector.same(its, other);
        } catch (ToolException e) {
            return false; // what is not there is no other answer than what is not allowed
        }
    }

    /** The engine of a call; connects with the first request. */
    public Engine of(Call call) {
        return connector.connect(reach(call));
    }

    /** The tenant's containers. */
    public Containers containers(Call call) {
        DockerReach its = reach(call);
        return new Containers(connector.connect(its), its);
    }

    /** The tenant's images. */
    public Images images(Call call) {
        DockerReach its = reach(call);
        return new Images(connector.connect(its), its);
    }

    @Override
    public void close() {
        connector.close();
    }
}
