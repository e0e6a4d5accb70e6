package dev.millwright.distribution;

import dev.millwright.testing.PublishedSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    @Test
    void listsEveryKeyThatCanBeSet() throws IOException {
        new PublishedSettings(Servers.ALL).areTheTableOf(Path.of("..", "docs", "configuration.md"));
    }
}
