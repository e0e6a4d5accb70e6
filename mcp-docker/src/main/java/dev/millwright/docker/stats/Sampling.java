package dev.millwright.docker.stats;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engine;
import dev.millwright.tool.ToolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Takes samples of many containers at the same time: fifty take about as long as one. */
public final class Sampling {
    /** A container with what was seen of it; none of one that did not run, or stopped meanwhile. */
    public record Seen(Standing standing, Optional<Course> course) {}

    private final Containers containers;
    private final int samples;
    private final Duration interval;

    /** @param samples of each container, at least 2 */
    public Sampling(Containers containers, int samples, Duration interval) {
        this.containers = containers;
        this.samples = samples;
        this.interval = interval;
    }

    /**
     * Samples containers, in the order given.
     *
     * @param names names or ids
     * @throws ToolException {@code NOT_FOUND} for a name that is none of the tenant's containers
     */
    public List<Seen> of(List<String> names) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Seen>> tasks =
                    names.stream().<Callable<Seen>>map(name -> () -> seen(name)).toList();
            List<Seen> all = new ArrayList<>();
            for (Future<Seen> each : threads.invokeAll(tasks)) {
                all.add(each.get());
            }
            return all;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ToolException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Seen seen(String name) throws InterruptedException {
        Standing standing = Standing.of(containers.inspect(name));
        List<Sample> taken = new ArrayList<>();
        long began = System.nanoTime();
        for (int i = 0; i < samples && standing.isRunning(); i++) {
            long wait = began + i * interval.toNanos() - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(Duration.ofNanos(wait));
            }
            Optional<Sample> sample = sample(containers.engine(), standing.id());
            if (sample.isEmpty()) {
                break;
            }
            taken.add(sample.get());
        }
        return new Seen(standing, taken.size() < 2 ? Optional.empty() : Optional.of(new Course(taken)));
    }

    /** One sample, without the second the engine would wait for another. */
    private static Optional<Sample> sample(Engine engine, String id) throws InterruptedException {
        try {
            JsonNode told = engine.json(
                    Ask.get("/containers/{}/stats", id).with("stream", false).with("one-shot", true));
            return Sample.of(told);
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND || e.kind() == ToolException.Kind.CONFLICT) {
                return Optional.empty(); // it is gone
            }
            throw e;
        }
    }
}
