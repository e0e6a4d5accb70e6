package dev.millwright.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@DisabledIfSystemProperty(named = "millwright.update", matches = "true", disabledReason = "it would rewrite the files")
class PublishedFileTest {
    @TempDir
    Path folder;

    private Path readme;

    @BeforeEach
    void write() throws IOException {
        readme = folder.resolve("README.md");
        Files.writeString(readme, "before\n<!-- tools -->\n| a |\n<!-- /tools -->\nafter\n");
    }

    @Test
    void acceptsWhatIsInGit() {
        assertThatCode(() -> new PublishedFile(readme).holds("tools", "| a |\n"))
                .doesNotThrowAnyException();
    }

    @Test
    void failsOnADifferenceAndSaysHowToAcceptIt() {
        assertThatThrownBy(() -> new PublishedFile(readme).holds("tools", "| b |\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("README.md")
                .hasMessageContaining("-Dmillwright.update=true");
    }

    @Test
    void failsWhereTheFileIsMissing() {
        assertThatThrownBy(() -> new PublishedFile(folder.resolve("missing.json")).is("{}"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("missing.json");
    }
}
