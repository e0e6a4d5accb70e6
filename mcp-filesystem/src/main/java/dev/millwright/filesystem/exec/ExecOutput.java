package dev.millwright.filesystem.exec;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.json.Doc;
import dev.millwright.sandbox.Captured;
import dev.millwright.sandbox.OutputListener.Stream;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads on in the output of an ended run. */
public final class ExecOutput implements Tool<ExecOutput.Input, ExecOutput.Output> {
    record Input(
            @Doc("Of execute_code.") String handle,
            @Doc(value = "", orElse = "stdout") Stream stream,

            @Doc(value = "First byte.", min = 0, orElse = "0")
            long offset,

            OptionalInt maxTokens)
            implements Budgeted {}

    /**
     * @param nextOffset where to read on; absent at the end of what was kept
     * @param keptBytes how much can be read, from the start on
     */
    record Output(
            String text, long offset, OptionalLong nextOffset, long keptBytes, long totalBytes, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = reads("exec_output", Input.class, Output.class)
            .description("Read output of execute_code that was cut. A handle lasts 15 minutes.")
            .scopes("fs:exec");

    private static final int FRAME = 300;
    private static final int BYTES_PER_TOKEN = 4;
    private static final int MOST = 1 << 20;

    private final Executions executions;

    public ExecOutput(Executions executions) {
        this.executions = executions;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws IOException {
        Captured output = executions.outputs().find(call, input.handle(), input.stream() == Stream.STDERR);
        int room = Math.clamp((long) call.budget() * BYTES_PER_TOKEN - FRAME, 200, MOST);
        byte[] bytes = output.read(input.offset(), room);
        boolean last = input.offset() + bytes.length >= output.kept();
        int end = last ? bytes.length : Excerpt.boundary(bytes, bytes.length);
        String text = new String(bytes, 0, end, StandardCharsets.UTF_8);
        while (Excerpt.size(text) > room) {
            end = Excerpt.boundary(bytes, end * 3 / 4);
            text = new String(bytes, 0, end, StandardCharsets.UTF_8);
        }
        long next = input.offset() + end;
        return new Output(
                text,
                input.offset(),
                next < output.kept() ? OptionalLong.of(next) : OptionalLong.empty(),
                output.kept(),
                output.total(),
                "untrusted");
    }
}
