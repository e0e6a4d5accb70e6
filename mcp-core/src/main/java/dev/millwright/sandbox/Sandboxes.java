package dev.millwright.sandbox;

import dev.millwright.tool.ToolException;
import java.util.List;

/** Where sandboxes come from; nothing is started or looked at before the first run. */
public final class Sandboxes {
    private Sandboxes() {}

    /**
     * Confines code we do not trust.
     *
     * <p>Its runs throw {@link ToolException} {@code UNAVAILABLE}, naming what to install, where the configured backend
     * does not work; only {@link SandboxConfig.Confinement#UNCONFINED} runs without one.
     */
    public static Sandbox choose(SandboxConfig config) {
        return switch (config.confinement()) {
            case AUTO -> new Strongest(List.of(new Bubblewrap(config), new Landlock(config)));
            case BUBBLEWRAP -> new Bubblewrap(config);
            case LANDLOCK -> new Landlock(config);
            case UNCONFINED -> new Plain("unconfined", false);
        };
    }

    /** Runs our own few trusted programs, with the server's variables and rights. */
    public static Sandbox plain() {
        return new Plain("plain", true);
    }
}
