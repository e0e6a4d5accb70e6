package dev.millwright.docker.engine;

import dev.millwright.docker.config.DockerReach;

/** What gets engines for tenants. */
public interface Connector extends AutoCloseable {
    /**
     * The engine a tenant reaches; connects with the first request.
     *
     * @throws dev.millwright.tool.ToolException {@code UNAVAILABLE} when the configuration names none that there is
     */
    Engine connect(DockerReach reach);

    /** Whether two reach the same engine. */
    boolean same(DockerReach one, DockerReach other);

    @Override
    void close();
}
