package dev.millwright.docker.engine;

import dev.millwright.docker.config.DockerReach;
import dev.millwright.server.McpServer.Check;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;

/** Looks whether a tenant's engine answers. */
public final class EngineCheck {
    private EngineCheck() {}

    /** What was found, with what to do about it; without an engine the tools that need none work all the same. */
    public static Check of(Tenant tenant, DockerReach reach, Connector connector) {
        String subject = "Docker engine of tenant " + tenant.name();
        try {
            Engine engine = connector.connect(reach);
            EngineVersion version = engine.version();
            return Check.ok(
                    subject,
                    "%s %s at %s, API %s, %s/%s"
                            .formatted(
                                    version.podman() ? "Podman" : "Docker",
                                    version.engine(),
                                    engine.address(),
                                    version.api(),
                                    version.os(),
                                    version.architecture()));
        } catch (ToolException e) {
            return new Check(
                    subject,
                    Check.State.WEAK,
                    e.getMessage(),
                    "Dockerfiles, build logs, archives and lock files are analysed without an engine; the rest needs one.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Check(subject, Check.State.WEAK, "the check was interrupted", "Run doctor again.");
        }
    }
}
