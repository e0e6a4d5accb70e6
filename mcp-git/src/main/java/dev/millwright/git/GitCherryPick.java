package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.merge.Sequence;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Applies commits of other branches to the current one. */
final class GitCherryPick implements Tool<GitCherryPick.Input, PickAnswer> {
    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "start") PickTool.Action action,

            @Doc(value = "", orElse = "[]", max = 500) List<String> commits,

            @Doc(value = "Parent of a merge to compare with.", min = 1, max = 100)
            OptionalInt mainline,

            @Doc(value = "", orElse = "false") boolean noCommit) {}

    static final ToolSpec<Input, PickAnswer> SPEC = changes("git_cherry_pick", Input.class, PickAnswer.class)
            .description("Apply commits to the current branch. At conflicts it stops.")
            .scopes("git:write");

    private final PickTool tool;

    GitCherryPick(Repositories repositories, Changes changes, Signing signing) {
        this.tool = new PickTool(repositories, changes, signing, SPEC.name());
    }

    @Override
    public ToolSpec<Input, PickAnswer> spec() {
        return SPEC;
    }

    @Override
    public PickAnswer call(Input input, Call call) throws Exception {
        return tool.run(
                call,
                input.repo(),
                input.action(),
                Sequence.Kind.CHERRY_PICK,
                false,
                repo -> PickTool.onHead(
                        repo,
                        Sequence.Kind.CHERRY_PICK,
                        Sequence.Action.PICK,
                        input.commits(),
                        input.mainline().orElse(0),
                        input.noCommit()));
    }
}
