package dev.millwright.k8s.fabric8;

import dev.millwright.k8s.api.Cluster;
import dev.millwright.k8s.api.ClusterContract;
import dev.millwright.k8s.stub.StubApiServer;
import dev.millwright.k8s.stub.World;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FabricClusterTest extends ClusterContract {
    @TempDir
    Path temp;

    private World world;
    private Cluster cluster;

    @BeforeEach
    void connect() {
        world = new World(temp);
        cluster = world.connector().connect(world.reach(), "stub");
    }

    @AfterEach
    void disconnect() throws Exception {
        world.close();
    }

    @Override
    protected StubApiServer server() {
        return world.server();
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }
}
