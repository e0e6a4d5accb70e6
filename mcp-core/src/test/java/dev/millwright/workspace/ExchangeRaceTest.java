package dev.millwright.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Someone exchanges a folder, or a file, with a link to the outside, as fast as the kernel can. */
class ExchangeRaceTest {
    private static final int READS = Integer.getInteger("millwright.race", 20_000);
    private static final String SECRET = "secret";

    @TempDir
    Path temporary;

    private Path root;
    private Path outside;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong exchanges = new AtomicLong();
    private Thread attacker;

    @BeforeEach
    void attack() throws IOException {
        root = Files.createDirectories(temporary.resolve("root")).toRealPath();
        outside = Files.createDirectories(temporary.resolve("outside"));
        Files.writeString(outside.resolve("f"), SECRET);
        Files.writeString(Files.createDirectory(root.resolve("sw")).resolve("f"), "inside");
        Files.createSymbolicLink(root.resolve("ln"), outside);
        Files.writeString(root.resolve("file"), "inside");
        Files.createSymbolicLink(root.resolve("link"), outside.resolve("f"));
        attacker = Thread.ofPlatform().daemon().start(() -> {
            try (Root own = new LinuxRoot("attacker", root, false, false);
                    Folder folder = own.folder(new Target(own, "", ""))) {
                while (!stop.get()) {
                    folder.exchange("sw", "ln");
                    folder.exchange("file", "link");
                    exchanges.incrementAndGet();
                }
            }
        });
    }

    @AfterEach
    void stop() throws InterruptedException {
        stop.set(true);
        attacker.join();
    }

    private Root guarded(Confinement confinement) {
        return confinement == Confinement.SECURE_STREAMS
                ? SecureRoot.open("root", root).orElseThrow()
                : new LinuxRoot("root", root, false, confinement == Confinement.WALK);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BEST_EFFORT")
    void neverReadsOutside(Confinement confinement) {
        int inside = 0;
        int denied = 0;
        byte[] into = new byte[100];
        try (Root guarded = guarded(confinement)) {
            assertThat(guarded.confinement()).isEqualTo(confinement);
            for (int i = 0; i < READS; i++) {
                String path = i % 2 == 0 ? "sw/f" : "file";
                try (OpenFile file = guarded.file(new Target(guarded, path, ""))) {
                    int length = file.read(0, into, 0, into.length);
                    assertThat(new String(into, 0, length, StandardCharsets.UTF_8))
                            .isEqualTo("inside");
                    inside++;
                } catch (ToolException e) {
                    denied++;
                }
            }
        }
        assertThat(inside).isPositive();
        assertThat(denied).isPositive();
        assertThat(exchanges.get()).isGreaterThan(100);
    }

    @Test
    void neverChangesOutside() throws IOException {
        Protection none = new Protection(List.of(), List.of());
        try (Workspace workspace = new Workspace(List.of(root), none, false, List.of())) {
            for (int i = 0; i < READS / 4; i++) {
                try (Place place = workspace.place(workspace.at(i % 2 == 0 ? "sw/new" : "file"))) {
                    try (NewFile file = place.folder().create(".temporary")) {
                        file.write("new".getBytes(StandardCharsets.UTF_8), 0, 3);
                        file.linkAs("made");
                    }
                    place.folder().remove("made");
                } catch (ToolException expected) {
                    assertThat(expected.kind())
                            .isIn(
                                    ToolException.Kind.DENIED,
                                    ToolException.Kind.NOT_FOUND,
                                    ToolException.Kind.CONFLICT,
                                    ToolException.Kind.UNAVAILABLE);
                }
                assertThat(Files.exists(outside.resolve("made"))).isFalse();
            }
        }
        assertThat(outside.resolve("f")).hasContent(SECRET);
        assertThat(outside.toFile().list()).containsExactly("f");
    }
}
