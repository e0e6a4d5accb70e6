package dev.millwright.distribution;

import dev.millwright.docker.DockerServer;
import dev.millwright.filesystem.FilesystemServer;
import dev.millwright.git.GitServer;
import dev.millwright.k8s.K8sServer;
import dev.millwright.server.McpServer;
import java.util.List;

/** The servers of the suite, in the order in which everything lists them. */
final class Servers {
    static final List<McpServer<?, ?>> ALL =
            List.of(new FilesystemServer(), new GitServer(), new K8sServer(), new DockerServer());

    private Servers() {}
}
