package dev.millwright.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
    private static final int ENTRIES = 15_000;

    @TempDir
    Path temporary;

    private Workspace workspace(Path... roots) {
        return new Workspace(List.of(roots), new Protection(List.of(), List.of()), false, List.of());
    }

    private static String read(Workspace workspace, String path) {
        byte[] into = new byte[100];
        try (OpenFile file = workspace.open(workspace.at(path))) {
            return new String(into, 0, file.read(0, into, 0, into.length), StandardCharsets.UTF_8);
        }
    }

    @Test
    void severalRootsAreCalledByTheirNames() throws IOException {
        Path one = Files.createDirectories(temporary.resolve("x/project"));
        Path two = Files.createDirectories(temporary.resolve("y/project"));
        Files.writeString(one.resolve("f"), "one");
        Files.writeString(two.resolve("f"), "two");
        try (Workspace both = workspace(one, two)) {
            assertThat(read(both, "project/f")).isEqualTo("one");
            assertThat(read(both, "project-2/f")).isEqualTo("two");
            assertThat(read(both, two.resolve("f").toString())).isEqualTo("two");
            assertThat(both.at(two.resolve("f").toString()).shown()).isEqualTo("project-2/f");
            assertThat(both.all(".").stream().map(Target::shown)).containsExactly("project", "project-2");
            assertThat(catchThrowableOfType(ToolException.class, () -> both.at("f"))
                            .getMessage())
                    .contains("[project, project-2]");
            assertThat(catchThrowableOfType(ToolException.class, () -> read(both, "project/../../y/project/f"))
                            .kind())
                    .isEqualTo(ToolException.Kind.DENIED);
            try (Place place = both.place(both.at("project-2/new"))) {
                assertThat(place.shown()).isEqualTo("project-2/new");
            }
        }
    }

    @Test
    void rootThatIsALinkIsItsTarget() throws IOException {
        Path real = Files.createDirectory(temporary.resolve("real"));
        Files.writeString(real.resolve("f"), "inside");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), real);
        try (Workspace workspace = workspace(link)) {
            assertThat(read(workspace, link.resolve("f").toString())).isEqualTo("inside");
            assertThat(read(workspace, real.resolve("f").toString())).isEqualTo("inside");
        }
    }

    @Test
    void missingRootIsSaidWithTheFirstPath() {
        try (Workspace workspace = workspace(temporary.resolve("none"))) {
            assertThat(catchThrowableOfType(ToolException.class, () -> workspace.at("f")))
                    .hasMessageContaining("none cannot be opened")
                    .extracting(ToolException::kind)
                    .isEqualTo(ToolException.Kind.UNAVAILABLE);
        }
    }

    @Test
    void handsOverEveryEntryOfALargeFolder() throws IOException {
        try (Workspace workspace = workspace(temporary);
                Folder folder = workspace.folder(workspace.at("."))) {
            for (int i = 0; i < ENTRIES; i++) {
                folder.makeLink("entry-" + i, "nowhere");
            }
            AtomicInteger seen = new AtomicInteger();
            folder.entries((name, type) -> type == EntryType.LINK && seen.incrementAndGet() > 0);
            assertThat(seen).hasValue(ENTRIES);
            AtomicInteger some = new AtomicInteger();
            folder.entries((name, type) -> some.incrementAndGet() < 10);
            assertThat(some).hasValue(10);
        }
    }
}
