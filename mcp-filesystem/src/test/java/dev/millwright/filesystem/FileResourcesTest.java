package dev.millwright.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Resources;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileResourcesTest {
    @TempDir
    Path temporary;

    private Bench bench;
    private FileResources resources;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
        resources = new FileResources(bench.workspaces);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void pagesThroughAllFilesOnce() throws IOException {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            for (String path : new String[] {"d%d/f", "d%d/e/g", "d%d.txt", "d%d-x/h", "ä %d#?"}) {
                String name = path.formatted(i);
                bench.write(name, "content of " + name);
                written.add(name);
            }
        }
        bench.write(".git/config", "");
        List<String> listed = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Resources.Page page = resources.list(cursor, new FakeCall());
            for (Resources.Resource resource : page.resources()) {
                listed.add(resource.name());
                assertThat(resources.read(resource.uri(), new FakeCall()))
                        .singleElement()
                        .satisfies(content -> assertThat(content.text()).contains("content of " + resource.name()));
            }
            cursor = page.cursor();
        } while (cursor.isPresent());
        assertThat(listed).containsExactlyInAnyOrderElementsOf(written);
    }

    @Test
    void readsByRelativePathAndNothingOutside() throws IOException {
        bench.write("d/f", "inside");
        assertThat(resources.read("file:///d/f", new FakeCall()).getFirst().text())
                .contains("inside");
        for (String uri : new String[] {
            "file://" + bench.outside.resolve("f"), "file:///../outside/f", "file:///%2e%2e/outside/f", "http://x/f"
        }) {
            assertThat(catchThrowableOfType(ToolException.class, () -> resources.read(uri, new FakeCall())))
                    .as(uri)
                    .isNotNull();
        }
    }

    @Test
    void hasAnotherVersionAfterEachChangeAndNoneWhenGone() throws IOException {
        bench.write("a.txt", "one");
        Optional<String> first = resources.version("file:///a.txt", Tenant.DEFAULT);
        bench.write("a.txt", "three");
        Optional<String> second = resources.version("file:///a.txt", Tenant.DEFAULT);
        Files.delete(bench.root.resolve("a.txt"));
        assertThat(first).isPresent();
        assertThat(second).isPresent().isNotEqualTo(first);
        assertThat(resources.version("file:///a.txt", Tenant.DEFAULT)).isEmpty();
    }

    @Test
    void completesPaths() throws IOException {
        bench.write("src/main/A.java", "");
        bench.write("src/mad", "");
        Files.createDirectory(bench.root.resolve("srv"));
        FakeCall call = new FakeCall();
        assertThat(resources.complete("file:///{+path}", "path", "sr", call)).containsExactly("src/", "srv/");
        assertThat(resources.complete("file:///{+path}", "path", "src/ma", call))
                .containsExactly("src/mad", "src/main/");
        assertThat(resources.complete("file:///{+path}", "path", "../", call)).isEmpty();
        assertThat(new EditSafely(bench.workspaces).complete("path", "srv", call))
                .containsExactly("srv/");
    }
}
