package dev.millwright.distribution;

import dev.millwright.tool.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder that this program was unpacked in. */
final class Home {
    /** Set by {@code bin/millwright}. */
    private static final String PROPERTY = "millwright.home";

    private Home() {}

    /** Whether this process was started by the packaged launcher. */
    static boolean packaged() {
        return !System.getProperty(PROPERTY, "").isEmpty();
    }

    /** The launcher, absolute. @throws ToolException {@code UNAVAILABLE} when this was not started by it */
    static Path launcher() {
        Path launcher = Path.of(System.getProperty(PROPERTY, ""))
                .resolve("bin", "millwright")
                .toAbsolutePath();
        if (!Files.isExecutable(launcher)) {
            throw ToolException.unavailable("this needs the packaged distribution; start it as bin/millwright");
        }
        return launcher.normalize();
    }
}
