package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.merge.Rebase;
import dev.millwright.git.merge.Sequence;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.revwalk.RevWalk;

/** Puts the commits of the current branch on another base, or in another shape. */
final class GitRebase implements Tool<GitRebase.Input, PickAnswer> {
    enum Fate {
        PICK,
        REWORD,
        SQUASH,
        FIXUP,
        DROP
    }

    /** @param message for reword and squash */
    record Step(Fate action, String commit, Optional<String> message) {}

    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "start") PickTool.Action action,

            @Doc("Its commits stay as they are.") Optional<String> upstream,

            @Doc("Default: upstream.") Optional<String> onto,

            @Doc(value = "All commits after upstream, oldest first; left out: pick each.", orElse = "[]")
            List<Step> plan,

            @Doc(value = "Put changes aside meanwhile.", orElse = "false")
            boolean autostash,

            @Doc(value = "", orElse = "false") boolean dryRun) {}

    static final ToolSpec<Input, PickAnswer> SPEC = changes("git_rebase", Input.class, PickAnswer.class)
            .description("Put the current branch's commits on another base; plan reorders, rewords, squashes, drops."
                    + " Unrelated local changes stay. Not for protected branches.")
            .scopes("git:write");

    private final PickTool tool;

    GitRebase(Repositories repositories, Changes changes, Signing signing) {
        this.tool = new PickTool(repositories, changes, signing, SPEC.name());
    }

    @Override
    public ToolSpec<Input, PickAnswer> spec() {
        return SPEC;
    }

    @Override
    public PickAnswer call(Input input, Call call) throws Exception {
        if (input.autostash() && input.action() == PickTool.Action.START && !input.dryRun()) {
            return tool.startAside(call, input.repo(), repo -> plan(input, repo, call));
        }
        return tool.run(
                call,
                input.repo(),
                input.action(),
                Sequence.Kind.REBASE,
                input.dryRun(),
                repo -> plan(input, repo, call));
    }

    private static Sequence plan(Input input, Repo repo, Call call) throws IOException {
        String upstream = input.upstream()
                .orElseThrow(() -> ToolException.invalidInput("/upstream is needed: the branch to rebase on"));
        try (RevWalk walk = new RevWalk(repo.git())) {
            List<Sequence.Step> steps = new ArrayList<>();
            for (int i = 0; i < input.plan().size(); i++) {
                Step step = input.plan().get(i);
                if (step.action() == Fate.REWORD && step.message().isEmpty()) {
                    throw ToolException.invalidInput("/plan/%d/message is needed to reword".formatted(i));
                }
                steps.add(new Sequence.Step(
                        Sequence.Action.valueOf(step.action().name()),
                        Revisions.commit(repo, walk, "plan/" + i + "/commit", step.commit())
                                .name(),
                        0,
                        step.message()));
            }
            return new Rebase(repo, call)
                    .plan(
                            Revisions.commit(repo, walk, "upstream", upstream),
                            input.onto().isPresent()
                                    ? Revisions.commit(
                                            repo, walk, "onto", input.onto().get())
                                    : Revisions.commit(repo, walk, "upstream", upstream),
                            steps);
        }
    }
}
