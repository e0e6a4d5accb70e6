package dev.millwright.testing.conformance;

import static dev.millwright.testing.conformance.Fixture.says;

import dev.millwright.tool.Tool;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Beyond the suite: work that a client can cancel, and a way to see that it ended. */
final class StoppableTools {
    private StoppableTools() {}

    static List<Tool<?, ?>> all() {
        AtomicInteger stopped = new AtomicInteger();
        return List.of(
                says("test_slow", "Works for a minute, unless it is stopped.", _ -> {
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        stopped.incrementAndGet();
                        throw e;
                    }
                    return "Done.";
                }),
                says(
                        "test_slow_stopped",
                        "Tells how many calls of test_slow were stopped.",
                        _ -> String.valueOf(stopped.get())));
    }
}
