package dev.millwright.filesystem.exec;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.filesystem.exec.Executions.Access;
import dev.millwright.filesystem.exec.Executions.Done;
import dev.millwright.filesystem.exec.Executions.Job;
import dev.millwright.json.Doc;
import dev.millwright.sandbox.Receipt;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Runs a program of the model's in the sandbox. */
public final class ExecuteCode implements Tool<ExecuteCode.Input, ExecuteCode.Output> {
    record Input(
            @Doc(value = "Of code.", orElse = "bash") Language language,
            @Doc("Whole program.") Optional<String> code,
            @Doc("Bash command line, instead of code.") Optional<String> command,
            @Doc(value = "", orElse = "[]") List<String> args,
            @Doc(value = "", orElse = "") String stdin,

            @Doc(value = "Path below /work to text.", orElse = "{}")
            Map<String, String> files,

            @Doc(value = "", min = 100, max = 600_000, orElse = "30000")
            int timeoutMs,

            @Doc(value = "", min = 16, max = 1_048_576, orElse = "512")
            int memoryMb,

            @Doc(value = "write asks a person.", orElse = "read")
            Access workspace,

            OptionalInt maxTokens)
            implements Budgeted {}

    /**
     * @param exitCode as a shell tells it: 128 + n after signal n
     * @param stdout whole, or start and end around a note of what is missing
     * @param handle for exec_output, where something is missing
     * @param files made or changed in /work, which is gone now
     * @param moreFiles files beyond those listed
     */
    record Output(
            int exitCode,
            Receipt.Reason reason,
            String stdout,
            String stderr,
            Optional<String> handle,
            List<WorkFiles.Made> files,
            int moreFiles,
            Usage usage,
            Confined sandbox,
            String integrity) {}

    /** What the run took, and how much it said. */
    record Usage(long wallMs, OptionalLong cpuMs, OptionalLong peakMemoryMb, long stdoutBytes, long stderrBytes) {}

    /** @param limits strong, or weak: then notes say why */
    record Confined(String backend, String limits, List<String> notes) {}

    static final ToolSpec<Input, Output> SPEC = changes("execute_code", Input.class, Output.class)
            .description("Run code in a sandbox: no network, workspace read-only at /workspace, /work discarded after."
                    + " exec_output reads output that was cut.")
            .mayDestroy()
            .scopes("fs:exec")
            .deadline(Duration.ofMinutes(11));

    /** Bytes of JSON that everything but outputs and files takes at most. */
    private static final int FRAME = 900;

    private static final int BYTES_PER_TOKEN = 4;

    private final Executions executions;

    public ExecuteCode(Executions executions) {
        this.executions = executions;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.workspace() == Access.WRITE ? Effect.DESTROYS : SPEC.effect();
    }

    @Override
    public String confirmation(Input input) {
        String code = input.command().or(input::code).orElse("");
        String start = code.length() <= 200 ? code : code.substring(0, 200) + " …";
        return "Run this %s program with write access to the whole workspace? No undo reaches what it does there.%n%s"
                .formatted(language(input), start);
    }

    @Override
    public Output call(Input input, Call call) throws IOException, InterruptedException {
        Done done = executions.run(job(input), call);
        Receipt receipt = done.receipt();
        List<WorkFiles.Made> files = done.files().files();
        int notes = receipt.weaknesses().stream().mapToInt(Excerpt::size).sum();
        int room = Math.max(400, call.budget() * BYTES_PER_TOKEN - FRAME - notes);
        int listed = Math.min(files.size(), Math.max(5, room / 3 / 130));
        room -= listed * 130;
        Excerpt stderr = Excerpt.of(receipt.stderr(), room / 2);
        Excerpt stdout = Excerpt.of(receipt.stdout(), room - Excerpt.size(stderr.text()));
        if (stderr.omitted() > 0) {
            stderr = Excerpt.of(receipt.stderr(), room - Excerpt.size(stdout.text()));
        }
        Optional<String> handle = Optional.empty();
        if (stdout.omitted() > 0 || stderr.omitted() > 0) {
            handle = Optional.of(executions.keep(call, done));
        } else {
            executions.forget(done);
        }
        return new Output(
                receipt.exitCode(),
                receipt.reason(),
                stdout.text(),
                stderr.text(),
                handle,
                files.subList(0, listed),
                done.files().more() + files.size() - listed,
                new Usage(
                        receipt.wall().toMillis(),
                        receipt.cpu()
                                .map(cpu -> OptionalLong.of(cpu.toMillis()))
                                .orElse(OptionalLong.empty()),
                        megabytes(receipt.peakMemoryBytes()),
                        receipt.stdout().total(),
                        receipt.stderr().total()),
                new Confined(receipt.backend(), receipt.limits(), receipt.weaknesses()),
                "untrusted");
    }

    private Job job(Input input) {
        if (input.code().isPresent() == input.command().isPresent()) {
            throw ToolException.invalidInput("/code or /command must be given, and not both");
        }
        if (input.command().isPresent() && input.language() != Language.BASH) {
            throw ToolException.invalidInput(
                    "/command is a bash command line; give a program in " + language(input) + " as /code");
        }
        int most = executions.config().maxMemoryMb();
        if (input.memoryMb() > most) {
            throw ToolException.invalidInput(
                    "/memoryMb must be between 16 and " + most + " here, got " + input.memoryMb());
        }
        String text = input.code().or(input::command).orElseThrow();
        refuseNul("/args", String.join("", input.args()));
        if (input.command().isPresent()) {
            refuseNul("/command", text);
        }
        return new Job(
                input.language(),
                text,
                input.command().isPresent(),
                input.args(),
                input.stdin(),
                input.files(),
                Duration.ofMillis(input.timeoutMs()),
                input.memoryMb(),
                input.workspace());
    }

    private static void refuseNul(String path, String text) {
        if (text.indexOf('\0') >= 0) {
            throw ToolException.invalidInput(path + " must not contain a NUL character");
        }
    }

    private static String language(Input input) {
        return input.language().name().toLowerCase(java.util.Locale.ROOT);
    }

    private static OptionalLong megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? OptionalLong.of(Math.ceilDiv(bytes.getAsLong(), 1L << 20)) : bytes;
    }
}
