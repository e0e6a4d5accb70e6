package dev.millwright.docker.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Engine;
import java.util.ArrayList;
import java.util.List;

/**
 * What the machine behind an engine has to confine with, by {@code GET /info}.
 *
 * @param runtime {@code runsc} where the engine lists gVisor, else empty for its default
 * @param init whether it has a program that reaps what a container's first process leaves
 * @param notes what holds less well there than asked for
 */
record Host(String runtime, boolean init, List<String> notes) {
    static Host of(Engine engine) throws InterruptedException {
        JsonNode info = engine.json(Ask.get("/info"));
        List<String> notes = new ArrayList<>();
        if (!info.path("SecurityOptions").toString().contains("seccomp")) {
            notes.add("the engine filters no system calls: its kernel or build lacks seccomp");
        }
        if (!info.path("MemoryLimit").asBoolean(true)) {
            notes.add("memory is not limited: the engine's machine has no memory control group");
        } else if (!info.path("SwapLimit").asBoolean(true)) {
            notes.add("swap is not limited: the engine's kernel does not account it (swapaccount=1)");
        }
        if (!info.path("PidsLimit").asBoolean(true)) {
            notes.add("processes are not limited: the engine's machine has no pids control group");
        }
        if (!info.path("CPUCfsQuota").asBoolean(true)) {
            notes.add("processors are not limited: the engine's kernel has no quota for them");
        }
        return new Host(
                info.path("Runtimes").has("runsc") ? "runsc" : "",
                !info.path("InitBinary").asText("").isEmpty(),
                List.copyOf(notes));
    }

    /** As an outcome tells it. */
    String backend() {
        return runtime.isEmpty() ? "docker" : "docker/" + runtime;
    }
}
