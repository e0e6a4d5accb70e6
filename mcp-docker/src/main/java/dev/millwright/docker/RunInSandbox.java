package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.changes;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.docker.sandbox.Artifact;
import dev.millwright.docker.sandbox.Bounds;
import dev.millwright.docker.sandbox.Job;
import dev.millwright.docker.sandbox.Language;
import dev.millwright.docker.sandbox.Outcome;
import dev.millwright.docker.sandbox.Runs;
import dev.millwright.json.Doc;
import dev.millwright.json.Flat;
import dev.millwright.json.Json;
import dev.millwright.sandbox.OutputListener;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Runs a program of the model's in a throw-away container or under bubblewrap. */
final class RunInSandbox implements Tool<RunInSandbox.Input, RunInSandbox.Output> {
    record Input(
            @Doc("") Optional<String> image,

            @Doc(value = "", orElse = "sh") Language runtime,
            @Doc("") Optional<String> code,

            @Doc(value = "Command, or arguments of code.", orElse = "[]")
            List<String> argv,

            @Doc(value = "", orElse = "") String stdin,

            @Doc(value = "/work path to text.", orElse = "{}")
            Map<String, String> files,

            @Doc(value = "/work paths to bring back.", orElse = "[]")
            List<String> artifacts,

            Optional<Limits> limits,

            @Doc(value = "", orElse = "false") boolean exec,

            @Doc(value = "", orElse = "auto") Runs.Where backend,
            @Flat Common common)
            implements Common.Taken {
        Bounds bounds() {
            return limits.orElse(Limits.NONE).bounds(common.timeout());
        }

        /** The program's time, and what it takes to answer. */
        @Override
        public Optional<Duration> timeout() {
            return common.timeout().map(_ -> bounds().time().plus(ANSWERING));
        }
    }

    record Limits(
            OptionalDouble seconds,
            @Doc(name = "memory_mb", value = "") OptionalInt memoryMb,
            OptionalDouble cpus,
            OptionalInt processes,
            @Doc(name = "disk_mb", value = "") OptionalInt diskMb,
            @Doc(name = "output_mb", value = "") OptionalInt outputMb) {
        static final Limits NONE = new Limits(
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty());

        Limits {
            within("seconds", seconds, 0.001, 600);
            within("memory_mb", real(memoryMb), 16, 1_048_576);
            within("cpus", cpus, 0.01, 1024);
            within("processes", real(processes), 2, 100_000);
            within("disk_mb", real(diskMb), 1, 1_048_576);
            within("output_mb", real(outputMb), 1, 256);
        }

        private static OptionalDouble real(OptionalInt value) {
            return value.isPresent() ? OptionalDouble.of(value.getAsInt()) : OptionalDouble.empty();
        }

        private static void within(String name, OptionalDouble value, double least, double most) {
            if (value.isPresent() && (value.getAsDouble() < least || value.getAsDouble() > most)) {
                throw new IllegalArgumentException("/limits/%s must be between %s and %s, got %s"
                        .formatted(name, plain(least), plain(most), plain(value.getAsDouble())));
            }
        }

        private static String plain(double value) {
            return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
        }

        /** @param timeout of the call, where these name no seconds */
        Bounds bounds(Optional<Duration> timeout) {
            Bounds usual = Bounds.DEFAULT;
            return new Bounds(
                    seconds.isPresent()
                            ? Duration.ofMillis(Math.round(seconds.getAsDouble() * 1_000))
                            : timeout.filter(time -> time.compareTo(LONGEST) < 0)
                                    .orElse(timeout.isPresent() ? LONGEST : usual.time()),
                    memoryMb.isPresent() ? (long) memoryMb.getAsInt() << 20 : usual.memoryBytes(),
                    cpus.orElse(usual.cpus()),
                    processes.orElse(usual.processes()),
                    diskMb.isPresent() ? (long) diskMb.getAsInt() << 20 : usual.workBytes(),
                    outputMb.isPresent() ? (long) outputMb.getAsInt() << 20 : usual.outputBytes());
        }
    }

    record Output(
            String summary,
            @Doc(name = "exit_code", value = "") int exitCode,
            Outcome.Reason reason,
            String stdout,
            String stderr,
            List<Brought> artifacts,
            Usage usage,
            Confined sandbox,
            String integrity) {}

    /** @param profile SHA-256 of all that confined it */
    record Confined(String backend, Optional<String> profile, List<String> notes) {}

    /** A file that was made or changed: its text, or base64 where it is none; neither where it is too long to tell. */
    record Brought(String path, long size, String sha256, Optional<String> text, Optional<String> base64) {}

    record Usage(
            @Doc(name = "wall_ms", value = "") long wallMs,
            @Doc(name = "cpu_ms", value = "") OptionalLong cpuMs,
            @Doc(name = "peak_memory_mb", value = "") OptionalLong peakMemoryMb,
            @Doc(name = "stdout_bytes", value = "") long stdoutBytes,
            @Doc(name = "stderr_bytes", value = "") long stderrBytes) {}

    static final ToolSpec<Input, Output> SPEC = changes("run_in_sandbox", Input.class, Output.class)
            .description("Run code or a command in a throw-away container or bubblewrap, without network."
                    + " Output is data.")
            .scopes("docker:run")
            .deadline(Duration.ofMinutes(11));

    private static final int BYTES_PER_TOKEN = 4;
    private static final int FRAME = 900;
    /** What path, size and hash of an artifact take. */
    private static final int ENTRY = 220;
    /** Time left to remove and answer in, before the call's own deadline. */
    private static final Duration ANSWERING = Duration.ofSeconds(2);

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Runs runs;
    private final InstantSource clock;

    RunInSandbox(Runs runs, InstantSource clock) {
        this.runs = runs;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws IOException, InterruptedException {
        OutputListener told = (stream, bytes, length) ->
                call.log("info", new String(bytes, 0, Math.min(length, 2_000), StandardCharsets.UTF_8).stripTrailing());
        Outcome outcome = runs.run(job(input, call), input.backend(), input.image(), told, call);
        int room = Math.max(400, call.budget() * BYTES_PER_TOKEN - FRAME - size(String.join("", outcome.notes())));
        List<Artifact> artifacts = outcome.artifacts();
        int listed = Math.min(artifacts.size(), Math.max(5, room / 2 / ENTRY));
        room -= listed * ENTRY;
        String stderr = outcome.stderr().text(room / 3);
        String stdout = outcome.stdout().text(artifacts.isEmpty() ? room - size(stderr) : room / 2);
        room -= size(stderr) + size(stdout);
        List<Brought> brought = new ArrayList<>();
        for (Artifact each : artifacts.subList(0, listed)) {
            Brought one = brought(each, room);
            room -= one.text().or(one::base64).map(RunInSandbox::size).orElse(0);
            brought.add(one);
        }
        List<String> notes = new ArrayList<>(outcome.notes());
        if (listed < artifacts.size()) {
            notes.add((artifacts.size() - listed) + " more artifacts; name those wanted, or raise max_output_chars");
        }
        return new Output(
                summary(outcome, input),
                outcome.exitCode(),
                outcome.reason(),
                stdout,
                stderr,
                brought,
                new Usage(
                        outcome.wall().toMillis(),
                        outcome.cpu()
                                .map(cpu -> OptionalLong.of(cpu.toMillis()))
                                .orElse(OptionalLong.empty()),
                        outcome.peakMemoryBytes().isPresent()
                                ? OptionalLong.of(
                                        Math.ceilDiv(outcome.peakMemoryBytes().getAsLong(), 1L << 20))
                                : OptionalLong.empty(),
                        outcome.stdout().total(),
                        outcome.stderr().total()),
                new Confined(outcome.backend(), outcome.profile(), notes),
                "untrusted");
    }

    private Job job(Input input, Call call) {
        if (input.code().isEmpty() && input.argv().isEmpty()) {
            throw ToolException.invalidInput("/code or /argv must be given");
        }
        if (input.code().map(String::length).orElse(0) > Language.LONGEST) {
            throw ToolException.invalidInput("/code must be at most " + Language.LONGEST + " characters, got "
                    + input.code().get().length() + "; put the rest in /files");
        }
        Map<String, byte[]> files = input.files().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().getBytes(StandardCharsets.UTF_8)));
        Bounds bounds = input.bounds();
        Duration wanted = bounds.time();
        // The deadline of a call that has none is beyond what can be reckoned with.
        boolean near = call.deadline().isBefore(clock.instant().plus(Duration.ofDays(1)));
        Duration left =
                near ? Duration.between(clock.instant(), call.deadline()).minus(ANSWERING) : wanted;
        Duration time = left.compareTo(wanted) < 0 ? left : wanted;
        return new Job(
                input.code()
                        .map(code -> input.runtime().argv(code, input.argv()))
                        .orElse(input.argv()),
                input.stdin().getBytes(StandardCharsets.UTF_8),
                files,
                input.artifacts(),
                input.exec(),
                bounds.time(time.isPositive() ? time : Duration.ofMillis(1)));
    }

    private static String summary(Outcome outcome, Input input) {
        String after = "%.1f s".formatted(outcome.wall().toMillis() / 1000.0);
        return switch (outcome.reason()) {
            case EXIT -> "ended by itself with exit code " + outcome.exitCode() + " after " + after;
            case OOM ->
                "the kernel killed a process of it: it used more than "
                        + (input.bounds().memoryBytes() >> 20) + " MB of memory";
            case TIMEOUT -> "killed after " + after + ": its time was over";
            case OUTPUT ->
                "killed after " + after + ": it said more than "
                        + (input.bounds().outputBytes() >> 20) + " MB";
            case DISK ->
                "killed after " + after + ": /work held more than "
                        + (input.bounds().workBytes() >> 20) + " MB";
        };
    }

    private static Brought brought(Artifact artifact, int room) {
        int size = artifact.content().length;
        Optional<String> text = Optional.empty();
        Optional<String> base64 = Optional.empty();
        if (size <= room) {
            try {
                text = Optional.of(StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(artifact.content()))
                                .toString())
                        .filter(each -> each.indexOf('\0') < 0 && size(each) <= room);
            } catch (CharacterCodingException e) {
                // no text
            }
            if (text.isEmpty() && size * 4L / 3 + 4 <= room) {
                base64 = Optional.of(Base64.getEncoder().encodeToString(artifact.content()));
            }
        }
        return new Brought(artifact.path(), size, artifact.sha256(), text, base64);
    }

    private static int size(String text) {
        return Json.size(TextNode.valueOf(text));
    }
}
