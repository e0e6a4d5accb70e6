package dev.millwright.docker.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.config.DockerReach;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engine;
import dev.millwright.docker.engine.Engines;
import dev.millwright.sandbox.OutputListener;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.sandbox.Scratch;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Runs jobs where they can be run: in containers of the tenant's engine, or under the core's own confinement. */
public final class Runs implements AutoCloseable {
    /** Where to run. */
    public enum Where {
        /** In a container when an image is given, else with the programs of this machine. */
        AUTO,
        DOCKER,
        BUBBLEWRAP
    }

    private static final int AT_ONCE = 8;
    private static final long PATIENCE_SECONDS = 20;

    private final Engines engines;
    private final Supplier<Sandbox> sandbox;
    private final Scratch scratch;
    private final AtomicBoolean swept = new AtomicBoolean();
    private final Semaphore turns = new Semaphore(AT_ONCE, true);
    private final Map<Engine, Host> hosts = new ConcurrentHashMap<>();
    private final Set<CompletableFuture<?>> removing = ConcurrentHashMap.newKeySet();

    /** @param scratch existing folder for work folders; other users must be able to pass through it */
    public Runs(Engines engines, Supplier<Sandbox> sandbox, Path scratch) {
        this.engines = engines;
        this.sandbox = sandbox;
        this.scratch = new Scratch(scratch);
    }

    /**
     * Runs a job to its end or to the first limit it meets.
     *
     * @param image what the container is made of
     * @param listener hears output while it comes
     * @throws InterruptedException when the calling thread is interrupted; nothing of the run is left by then
     * @throws ToolException {@code LIMIT} when too many run already, {@code UNAVAILABLE} where nothing can be run
     */
    public Outcome run(Job job, Where where, Optional<String> image, OutputListener listener, Call call)
            throws IOException, InterruptedException {
        DockerReach reach = engines.reach(call);
        if (job.bounds().cpus() > reach.maxCpus()) {
            throw ToolException.invalidInput("/limits/cpus must be at most " + reach.maxCpus() + " here, got "
                    + job.bounds().cpus());
        }
        if (job.bounds().memoryBytes() > reach.maxMemory()) {
            throw ToolException.invalidInput("/limits/memory_mb must be at most " + (reach.maxMemory() >> 20)
                    + " here, got " + (job.bounds().memoryBytes() >> 20));
        }
        if (!turns.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw ToolException.limit(AT_ONCE + " sandboxes are under way, which is all there may be at a time");
        }
        try {
            return backend(where, image, call).run(job, listener);
        } finally {
            turns.release();
        }
    }

    private Backend backend(Where where, Optional<String> image, Call call) throws IOException, InterruptedException {
        boolean contained = switch (where) {
            case AUTO -> image.isPresent();
            case DOCKER -> true;
            case BUBBLEWRAP -> false;
        };
        if (!contained) {
            if (image.isPresent()) {
                throw ToolException.invalidInput("/image is of containers; bubblewrap runs this machine's programs");
            }
            return local();
        }
        String reference = image.orElseThrow(() -> ToolException.invalidInput(
                "/image must name what the container is made of; docker_list shows the images there are"));
        JsonNode found = engines.images(call).inspect(reference);
        Containers containers = engines.containers(call);
        if (containers.engine().version().podman()) {
            throw ToolException.unavailable(
                    "Podman takes no seccomp profile over Docker's API, and without one nothing is run here; use a Docker"
                            + " engine, or backend bubblewrap without /image");
        }
        return new EngineBackend(containers, found, host(containers.engine()), this::remember);
    }

    private Backend local() throws IOException {
        if (swept.compareAndSet(false, true)) {
            scratch.sweep();
        }
        return new LocalBackend(sandbox.get(), scratch);
    }

    /** What an engine's machine can do; the first to ask also clears what killed servers left there. */
    private Host host(Engine engine) throws InterruptedException {
        Host known = hosts.get(engine);
        if (known == null) {
            known = Host.of(engine);
            Leftovers.remove(engine);
            hosts.put(engine, known);
        }
        return known;
    }

    private void remember(CompletableFuture<?> removal) {
        removing.add(removal);
        removal.whenComplete((done, failure) -> removing.remove(removal));
    }

    /** Waits for containers that are being removed. */
    @Override
    public void close() {
        removing.forEach(Throwaway::await);
    }
}
