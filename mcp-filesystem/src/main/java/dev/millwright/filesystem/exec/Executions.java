package dev.millwright.filesystem.exec;

import dev.millwright.sandbox.Command;
import dev.millwright.sandbox.Limits;
import dev.millwright.sandbox.Mount;
import dev.millwright.sandbox.Receipt;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.sandbox.Scratch;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Runs code, each in a work folder of its own that is gone afterwards, and keeps its output for {@code exec_output}. */
public final class Executions implements AutoCloseable {
    /** How much of the workspace code gets to see. */
    enum Access {
        NONE,
        READ,
        WRITE
    }

    /** What to run. */
    record Job(
            Language language,
            String code,
            boolean command,
            List<String> args,
            String stdin,
            Map<String, String> files,
            Duration time,
            int memoryMb,
            Access workspace) {}

    /** What became of it; {@code folder} holds what was spilled, until {@link #keep} or {@link #forget}. */
    record Done(Receipt receipt, WorkFiles.Found files, Path folder) {}

    private static final Path WORKSPACE = Path.of("/workspace");
    private static final long PATIENCE_SECONDS = 10;
    /** Time left to answer in, before the call's own deadline. */
    private static final Duration ANSWERING = Duration.ofSeconds(2);

    private final Supplier<Sandbox> sandbox;
    private final Roots roots;
    private final List<Path> ours;
    private final ExecConfig config;
    private final Scratch scratch;
    private final AtomicBoolean swept = new AtomicBoolean();
    private final Semaphore turns;
    private final Outputs outputs;
    private final InstantSource clock;

    /**
     * @param ours folders of this program's own: hidden from code even where a root holds them
     * @param scratch existing folder for work folders and long output; other users must be able to pass through it
     */
    public Executions(
            Supplier<Sandbox> sandbox,
            Roots roots,
            List<Path> ours,
            ExecConfig config,
            Path scratch,
            InstantSource clock) {
        this.sandbox = sandbox;
        this.roots = roots;
        this.ours = List.copyOf(ours);
        this.config = config;
        this.scratch = new Scratch(scratch);
        this.turns = new Semaphore(config.concurrentRuns(), true);
        this.outputs = new Outputs(clock);
        this.clock = clock;
    }

    Outputs outputs() {
        return outputs;
    }

    ExecConfig config() {
        return config;
    }

    /** Runs one job, waiting for its turn first. @throws ToolException {@code LIMIT} when its turn does not come */
    Done run(Job job, Call call) throws IOException, InterruptedException {
        if (!turns.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw ToolException.limit("%d runs are under way, which is all there may be at a time; try again later"
                    .formatted(config.concurrentRuns()));
        }
        try {
            if (swept.compareAndSet(false, true)) {
                scratch.sweep();
            }
            Path folder = scratch.folder();
            boolean done = false;
            try {
                Done result = run(job, call, folder);
                done = true;
                return result;
            } finally {
                Scratch.remove(done ? folder.resolve("work") : folder);
            }
        } finally {
            turns.release();
        }
    }

    private Done run(Job job, Call call, Path folder) throws IOException, InterruptedException {
        Language.Found found = job.language().find();
        Path work = privateFolder(folder.resolve("work"));
        WorkFiles files = new WorkFiles(work);
        for (Map.Entry<String, String> file : job.files().entrySet()) {
            files.put(file.getKey(), file.getValue());
        }
        List<String> argv = new ArrayList<>(job.language().start(found, job.memoryMb()));
        if (job.command()) {
            argv.addAll(List.of("-c", job.code(), "bash"));
        } else {
            String main = job.language().file(job.code());
            if (job.files().containsKey(main)) {
                throw ToolException.invalidInput("/files: " + main + " is where /code goes; name the file differently");
            }
            files.put(main, job.code());
            argv.add(main);
        }
        argv.addAll(job.args());
        Command command = Command.of(argv)
                .workFolder(work)
                .stdin(job.stdin().getBytes(StandardCharsets.UTF_8))
                .spill(privateFolder(folder.resolve("spill")))
                .limits(limits(job, call));
        if (found.mount().isPresent()) {
            command = command.mount(found.mount().get());
        }
        for (Mount mount : workspace(job.workspace(), call.tenant())) {
            command = command.mount(mount);
        }
        Receipt receipt = sandbox.get().run(command);
        return new Done(receipt, files.made(), folder);
    }

    private Limits limits(Job job, Call call) {
        Duration left =
                Duration.between(clock.instant(), soonest(call.deadline())).minus(ANSWERING);
        Duration time = left.compareTo(job.time()) < 0 ? left : job.time();
        return new Limits(
                time.isPositive() ? time : Duration.ofMillis(1),
                job.time(),
                (long) job.memoryMb() << 20,
                config.processes(),
                (long) config.maxFileMb() << 20,
                (long) config.maxDiskMb() << 20,
                (long) config.keepOutputMb() << 20,
                1);
    }

    /** A deadline near enough to reckon with: {@code Instant.MAX} stands for none. */
    private Instant soonest(Instant deadline) {
        Instant day = clock.instant().plus(Duration.ofDays(1));
        return deadline.isBefore(day) ? deadline : day;
    }

    /** The roots as the other tools name them: one is the workspace, several are folders of it. */
    private List<Mount> workspace(Access access, Tenant tenant) throws IOException {
        List<Mount> mounts = new ArrayList<>();
        if (access == Access.NONE) {
            return mounts;
        }
        List<Path> folders = roots.of(tenant);
        Set<String> names = new HashSet<>();
        for (Path folder : folders) {
            Path host = folder.toRealPath();
            Path inside = folders.size() == 1 ? WORKSPACE : WORKSPACE.resolve(name(host, names));
            mounts.add(new Mount(host, inside, access == Access.WRITE ? Mount.Access.WRITE : Mount.Access.READ));
            Path git = host.resolve(".git");
            if (access == Access.WRITE && Files.exists(git)) {
                mounts.add(new Mount(git, inside.resolve(".git"), Mount.Access.READ));
            }
            for (Path own : ours) {
                if (Files.isDirectory(own) && own.toRealPath().startsWith(host)) {
                    Path below =
                            inside.resolve(host.relativize(own.toRealPath()).toString());
                    mounts.add(new Mount(own.toRealPath(), below, Mount.Access.HIDE));
                }
            }
        }
        return mounts;
    }

    private static String name(Path folder, Set<String> taken) {
        String base =
                folder.getFileName() == null ? "root" : folder.getFileName().toString();
        String name = base;
        for (int i = 2; !taken.add(name); i++) {
            name = base + "-" + i;
        }
        return name;
    }

    private static Path privateFolder(Path path) throws IOException {
        return Files.createDirectory(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Keeps the output of a run for its caller and returns the handle. */
    String keep(Call call, Done done) {
        return outputs.keep(
                call, done.folder(), done.receipt().stdout(), done.receipt().stderr());
    }

    /** Removes the output of a run that has been told in full. */
    void forget(Done done) throws IOException {
        Scratch.remove(done.folder());
    }

    @Override
    public void close() {
        outputs.close();
    }
}
