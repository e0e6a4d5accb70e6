package dev.millwright.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every way of confining a path promises. */
class FallbacksTest {
    @TempDir
    Path temporary;

    private Path location;

    @BeforeEach
    void files() throws IOException {
        location = Files.createDirectories(temporary.resolve("root/d/e"))
                .getParent()
                .getParent()
                .toRealPath();
        Files.writeString(location.resolve("d/f"), "inside");
        Files.writeString(temporary.resolve("f"), "outside");
        Files.createSymbolicLink(location.resolve("d/in"), Path.of("../d/f"));
        Files.createSymbolicLink(location.resolve("d/out"), Path.of("../../f"));
        Files.createSymbolicLink(location.resolve("absolute"), temporary.resolve("f"));
        Files.createSymbolicLink(location.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(location.resolve("dirs"), Path.of("d/./e/.."));
    }

    private Root root(Confinement confinement) {
        return switch (confinement) {
            case KERNEL -> new LinuxRoot("root", location, false, false);
            case WALK -> new LinuxRoot("root", location, false, true);
            case SECURE_STREAMS -> SecureRoot.open("root", location).orElseThrow();
            case BEST_EFFORT -> new PortableRoot("root", location);
        };
    }

    @ParameterizedTest
    @EnumSource
    void staysInside(Confinement confinement) {
        try (Root root = root(confinement)) {
            assertThat(root.confinement()).isEqualTo(confinement);
            for (String path : new String[] {"d/f", "d/in", "d/../d/f", "./d//f", "dirs/f", "d/e/../f"}) {
                assertThat(read(root, path)).as(path).isEqualTo("inside");
            }
            for (String path : new String[] {"..", "../f", "d/../../f", "d/out", "absolute", "d/../.."}) {
                assertThat(kind(root, path)).as(path).isEqualTo(ToolException.Kind.DENIED);
            }
            assertThat(kind(root, "loop")).isNotNull();
            assertThat(kind(root, "d/none")).isEqualTo(ToolException.Kind.NOT_FOUND);
            assertThat(kind(root, "none/none")).isEqualTo(ToolException.Kind.NOT_FOUND);
        }
    }

    @ParameterizedTest
    @EnumSource
    void changesWhatLiesInside(Confinement confinement) {
        try (Root root = root(confinement);
                Place place = root.place(new Target(root, "dirs/new", ""), true)) {
            assertThat(place.path()).isEqualTo("d/new");
            try (NewFile file = place.folder().create(".temporary")) {
                file.write("new".getBytes(StandardCharsets.UTF_8), 0, 3);
                file.mode(0640);
                file.linkAs("new");
            }
            assertThat(location.resolve("d/new")).hasContent("new");
            assertThat(place.folder().stat("new").orElseThrow().mode()).isEqualTo(0640);
            place.folder().makeFolder("folder");
            assertThat(place.folder().rename("new", place.folder(), "renamed", false))
                    .isTrue();
            List<String> names = new ArrayList<>();
            place.folder().entries((name, type) -> names.add(name + " " + type));
            assertThat(names)
                    .containsExactlyInAnyOrder(
                            "e FOLDER", "f FILE", "in LINK", "out LINK", "renamed FILE", "folder FOLDER");
            assertThat(catchThrowableOfType(
                                    ToolException.class,
                                    () -> place.folder().rename("renamed", place.folder(), "f", false))
                            .kind())
                    .isEqualTo(ToolException.Kind.CONFLICT);
            place.folder().remove("renamed");
            place.folder().removeFolder("folder");
            assertThat(location.resolve("d").toFile().list()).containsExactlyInAnyOrder("e", "f", "in", "out");
        }
    }

    private static String read(Root root, String path) {
        byte[] into = new byte[100];
        try (OpenFile file = root.file(new Target(root, path, ""))) {
            return new String(into, 0, file.read(0, into, 0, into.length), StandardCharsets.UTF_8);
        }
    }

    private static ToolException.Kind kind(Root root, String path) {
        return catchThrowableOfType(ToolException.class, () -> read(root, path)).kind();
    }
}
