package dev.millwright.filesystem;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.filesystem.patch.PatchPlan;
import dev.millwright.filesystem.patch.PatchReader;
import dev.millwright.filesystem.undo.Transaction;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.List;
import java.util.Optional;

/** Applies a patch to any number of files, all or none. */
final class ApplyPatch implements Tool<ApplyPatch.Input, ApplyPatch.Output> {
    record Input(
            String patch,
            Optional<PatchReader.Format> format,

            @Doc(value = "Context lines that may differ.", min = 0, max = 3, orElse = "0")
            int fuzz,

            @Doc(value = "", orElse = "false") boolean dryRun) {}

    /** @param omitted files left out of the list for want of room */
    record Output(List<PatchPlan.Done> files, int omitted, Optional<String> opId, List<String> notes) {}

    static final ToolSpec<Input, Output> SPEC = changes("apply_patch", Input.class, Output.class)
            .description(
                    "Apply a unified or V4A (*** Begin Patch) patch, also creating, renaming, deleting; all or none."
                            + " Context must match exactly.")
            .scopes("fs:write");

    /** Bytes of JSON around the files. */
    private static final int FRAME = 200;

    private static final int NOTES = 20;

    private final Workspaces workspaces;

    ApplyPatch(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        PatchPlan plan = new PatchPlan(workspaces.of(call.tenant()), input.fuzz());
        PatchReader.Format format = input.format().orElseGet(() -> PatchReader.guess(input.patch()));
        PatchReader.read(input.patch(), format).forEach(plan::add);
        Transaction transaction = workspaces.history(call.tenant()).begin(call, SPEC.name());
        plan.into(transaction);
        if (input.dryRun() || transaction.isEmpty()) {
            return output(plan, Optional.empty(), List.of(), call);
        }
        var receipt = transaction.run();
        return output(plan, Optional.of(receipt.opId()), receipt.notes(), call);
    }

    private static Output output(PatchPlan plan, Optional<String> opId, List<String> notes, Call call) {
        List<PatchPlan.Done> all = plan.done();
        List<String> said = notes.subList(0, Math.min(NOTES, notes.size()));
        int room = call.budget() * 4 - FRAME - Json.size(Json.tree(said));
        int shown = 0;
        while (shown < all.size() && (shown == 0 || room > 0)) {
            room -= Json.size(Json.tree(all.get(shown))) + 1;
            shown += shown == 0 || room > 0 ? 1 : 0;
        }
        return new Output(all.subList(0, shown), all.size() - shown, opId, said);
    }
}
