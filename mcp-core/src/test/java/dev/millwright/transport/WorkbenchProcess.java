package dev.millwright.transport;

import dev.millwright.json.Json;
import dev.millwright.protocol.stateless.StatelessEngine;
import java.nio.file.Path;
import java.util.Set;

/** The workbench as a process of its own; the argument is its data directory. */
final class WorkbenchProcess {
    private WorkbenchProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        Json.prepare();
        try (Workbench workbench = new Workbench(Path.of(arguments[0]), Set.of("hidden"))) {
            StatelessEngine engine = new StatelessEngine(workbench.endpoint, () -> Workbench.KEY);
            StdioTransport transport = StdioTransport.ofProcess(
                    workbench.endpoint, engine, Workbench.LOCAL, StdioTransport.Limits.DEFAULT);
            System.out.println("what is printed goes to standard error");
            transport.run();
        }
    }
}
