package dev.millwright.filesystem;

import dev.millwright.sandbox.Sandbox;
import dev.millwright.server.Platform;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.testing.PublishedFaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemFacesTest {
    @TempDir
    Path data;

    private PublishedFaces faces;

    @BeforeEach
    void open() {
        Supplier<Sandbox> unneeded = () -> {
            throw new AssertionError("opening a server must not look for a sandbox");
        };
        Platform platform = new Platform(
                data, Store.open(new StoreUrl.Embedded(data)), unneeded, secret -> () -> "", resource -> {});
        FilesystemServer server = new FilesystemServer();
        faces = PublishedFaces.of(
                server.name(),
                server.open(FilesystemConfig.defaults(), Map.of(), platform).tools());
    }

    @Test
    void facesAreTheOnesInGit() throws IOException {
        faces.areInGit();
    }

    @Test
    void readmeListsTheTools() throws IOException {
        faces.areTheTableOf(Path.of("README.md"));
    }

    @Test
    void listOfToolsLeavesTheModelRoomToWork() {
        faces.takeAtMost(14_000);
    }
}
