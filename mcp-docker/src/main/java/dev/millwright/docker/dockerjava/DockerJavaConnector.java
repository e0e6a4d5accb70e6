package dev.millwright.docker.dockerjava;

import dev.millwright.docker.config.DockerConfig;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.docker.engine.Connector;
import dev.millwright.docker.engine.Engine;
import dev.millwright.sandbox.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Engines over docker-java's transport, one for each address; nothing connects before the first request. */
public final class DockerJavaConnector implements Connector {
    private final Addresses addresses;
    private final Duration quick;
    private final Sandbox processes;
    private final Path data;
    private final Map<Address, DockerJavaEngine> engines = new ConcurrentHashMap<>();

    /**
     * @param environment variables that name the engine
     * @param processes what starts ssh, for engines behind it
     * @param data folder of ours for the sockets that lead through ssh
     */
    public DockerJavaConnector(DockerConfig config, Map<String, String> environment, Sandbox processes, Path data) {
        this.addresses = new Addresses(environment);
        this.quick = Duration.ofSeconds(config.requestSeconds());
        this.processes = processes;
        this.data = data;
    }

    @Override
    public Engine connect(DockerReach reach) {
        return engines.computeIfAbsent(
                addresses.of(reach), address -> new DockerJavaEngine(address, quick, new SshTunnel(processes, data)));
    }

    @Override
    public boolean same(DockerReach one, DockerReach other) {
        return addresses.of(one).equals(addresses.of(other));
    }

    @Override
    public void close() {
        engines.values().forEach(DockerJavaEngine::close);
        engines.clear();
    }
}
