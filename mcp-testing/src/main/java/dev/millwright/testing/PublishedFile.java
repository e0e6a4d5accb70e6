package dev.millwright.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file in git that is made from the code: checked by tests, rewritten by them with {@code -Dmillwright.update=true}. */
final class PublishedFile {
    static final boolean UPDATE = Boolean.getBoolean("millwright.update");

    private static final String HINT =
            "%s does not say what the code says; if the change is meant, run the tests with -Dmillwright.update=true and commit the file";

    private final Path path;

    PublishedFile(Path path) {
        this.path = path;
    }

    /** The whole file. */
    void is(String content) throws IOException {
        if (UPDATE) {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, content);
        }
        assertThat(Files.exists(path) ? Files.readString(path) : "")
                .as(HINT, path)
                .isEqualTo(content);
    }

    /** The part between the lines {@code <!-- name -->} and {@code <!-- /name -->}. */
    void holds(String name, String content) throws IOException {
        String begin = "<!-- %s -->\n".formatted(name);
        String end = "<!-- /%s -->".formatted(name);
        assertThat(path).exists().content().contains(begin, end);
        String text = Files.readString(path);
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end, from);
        if (UPDATE) {
            Files.writeString(path, text.substring(0, from) + content + text.substring(to));
        } else {
            assertThat(text.substring(from, to)).as(HINT, path).isEqualTo(content);
        }
    }
}
