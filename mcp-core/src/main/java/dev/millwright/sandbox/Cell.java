package dev.millwright.sandbox;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Path;

/** A run's own folder and control group, made before it and gone after it, whatever the backend. */
interface Cell {
    Receipt run(Path folder, Cgroup group) throws IOException, InterruptedException;

    /** @throws ToolException {@code UNAVAILABLE} when what the run needs cannot be made */
    static Receipt within(Scratch scratch, Cgroups cgroups, Limits limits, Cell work) throws InterruptedException {
        try {
            Path folder = scratch.folder();
            try {
                Cgroup group = cgroups.make(limits);
                try {
                    return work.run(folder, group);
                } finally {
                    group.remove();
                }
            } finally {
                Scratch.remove(folder);
            }
        } catch (IOException e) {
            throw ToolException.unavailable("the sandbox failed: " + e.getMessage(), e);
        }
    }
}
