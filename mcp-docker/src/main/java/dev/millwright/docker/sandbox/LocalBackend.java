package dev.millwright.docker.sandbox;

import dev.millwright.sandbox.Command;
import dev.millwright.sandbox.Limits;
import dev.millwright.sandbox.OutputListener;
import dev.millwright.sandbox.Receipt;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.sandbox.Scratch;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Runs jobs with the programs of this machine, confined by the core's sandbox: bubblewrap where there is one. */
final class LocalBackend implements Backend {
    private final Sandbox sandbox;
    private final Scratch scratch;

    LocalBackend(Sandbox sandbox, Scratch scratch) {
        this.sandbox = sandbox;
        this.scratch = scratch;
    }

    @Override
    public Outcome run(Job job, OutputListener listener) throws IOException, InterruptedException {
        Path folder = scratch.folder();
        try {
            Path work = Files.createDirectory(
                    folder.resolve("work"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            for (Map.Entry<String, byte[]> each : job.files().entrySet()) {
                Path file = work.resolve(each.getKey());
                Files.createDirectories(file.getParent());
                Files.write(file, each.getValue());
                if (job.executable()) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
            return run(job, listener, work);
        } finally {
            Scratch.remove(folder);
        }
    }

    private Outcome run(Job job, OutputListener listener, Path work) throws IOException, InterruptedException {
        Bounds bounds = job.bounds();
        Command command = Command.of(job.argv())
                .workFolder(work)
                .stdin(job.stdin())
                .limits(new Limits(
                        bounds.time(),
                        bounds.time().multipliedBy(Math.max(1, (long) Math.ceil(bounds.cpus()))),
                        bounds.memoryBytes(),
                        bounds.processes(),
                        bounds.workBytes(),
                        bounds.workBytes(),
                        0,
                        bounds.cpus()));
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        Thread[] runner = new Thread[1];
        Recording recording = new Recording(listener, bounds.outputBytes(), () -> runner[0].interrupt());
        long began = System.nanoTime();
        runner[0] = Thread.ofVirtual().name("sandbox").unstarted(() -> {
            try {
                receipt.complete(sandbox.run(command, recording));
            } catch (InterruptedException | RuntimeException e) {
                receipt.completeExceptionally(e);
            }
        });
        runner[0].start();
        try {
            return told(receipt.get(), recording, job, work);
        } catch (InterruptedException e) {
            runner[0].interrupt();
            runner[0].join();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException && recording.isFull()) {
                return flooded(Duration.ofNanos(System.nanoTime() - began), recording, job, work);
            }
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IOException(e.getCause());
        }
    }

    private Outcome told(Receipt receipt, Recording recording, Job job, Path work) throws IOException {
        List<String> notes = new ArrayList<>(receipt.weaknesses());
        List<Artifact> artifacts = artifacts(job, work, notes);
        return new Outcome(
                recording.isFull() ? 137 : receipt.exitCode(),
                recording.isFull() ? Outcome.Reason.OUTPUT : reason(receipt.reason()),
                receipt.wall(),
                receipt.cpu(),
                receipt.peakMemoryBytes(),
                recording.stdout(),
                recording.stderr(),
                artifacts,
                receipt.backend(),
                Optional.of(receipt.policy()),
                notes);
    }

    /** Of a run that was ended from here: there is no receipt of it. */
    private Outcome flooded(Duration wall, Recording recording, Job job, Path work) throws IOException {
        List<String> notes = new ArrayList<>(sandbox.probe().weaknesses());
        List<Artifact> artifacts = artifacts(job, work, notes);
        return new Outcome(
                137,
                Outcome.Reason.OUTPUT,
                wall,
                Optional.empty(),
                OptionalLong.empty(),
                recording.stdout(),
                recording.stderr(),
                artifacts,
                sandbox.backend(),
                Optional.empty(),
                notes);
    }

    private static Outcome.Reason reason(Receipt.Reason reason) {
        return switch (reason) {
            case EXITED -> Outcome.Reason.EXIT;
            case MEMORY -> Outcome.Reason.OOM;
            case TIMEOUT, CPU -> Outcome.Reason.TIMEOUT;
            case DISK -> Outcome.Reason.DISK;
        };
    }

    /** Follows no link; nothing runs in the folder any more, so that nothing is exchanged while it is read. */
    private static List<Artifact> artifacts(Job job, Path work, List<String> notes) throws IOException {
        List<Artifact> found = new ArrayList<>();
        if (job.artifacts().isEmpty()) {
            return found;
        }
        Gathering gathering = new Gathering();
        Files.walkFileTree(work, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                String name = work.relativize(path).toString();
                if (job.wants(name)) {
                    visit(name, path, attributes);
                }
                return gathering.passes() ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            private void visit(String name, Path path, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink()
                        || !Integer.valueOf(1)
                                .equals(Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS))) {
                    gathering.skip(name, "is a link");
                } else if (!attributes.isRegularFile()) {
                    gathering.skip(name, "is no regular file");
                } else if (!Files.isReadable(path)) {
                    gathering.skip(name, "may not be read");
                } else if (gathering.takes(name, attributes.size())) {
                    try (var in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                        found.add(new Artifact(name, in.readNBytes((int) attributes.size())));
                    }
                }
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException trouble) {
                gathering.skip(work.relativize(path).toString(), "may not be read");
                return FileVisitResult.CONTINUE;
            }
        });
        Missing.tell(job, found, gathering);
        found.sort(Comparator.comparing(Artifact::path));
        notes.addAll(gathering.notes());
        return found;
    }
}
