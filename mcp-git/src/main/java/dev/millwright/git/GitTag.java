package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.commit.Tags;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;

/** Lists, makes and removes tags. */
final class GitTag implements Tool<GitTag.Input, GitTag.Output> {
    enum Action {
        LIST,
        CREATE,
        DELETE
    }

    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "list") Action action,
            Optional<String> name,

            @Doc(value = "Tagged.", orElse = "HEAD") String target,

            @Doc("Makes it annotated.") Optional<String> message,

            @Doc("Default: annotated ones where there is a key.")
            Optional<Boolean> sign,

            @Doc(value = "Move an existing one.", orElse = "false")
            boolean force,

            @Doc("With *.") Optional<String> pattern,
            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(List<String> tags, Optional<String> cursor, Optional<String> opId, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_tag", Input.class, Output.class)
            .description("List tags, make or delete one.")
            .scopes("git:write");

    private static final int ID = 10;
    private static final int SUBJECT = 100;

    private final Repositories repositories;
    private final Changes changes;
    private final Signing signing;

    GitTag(Repositories repositories, Changes changes, Signing signing) {
        this.repositories = repositories;
        this.changes = changes;
        this.signing = signing;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return switch (input.action()) {
            case LIST -> Effect.READS;
            case CREATE -> input.force() ? Effect.CHANGES : Effect.ADDS;
            case DELETE -> Effect.CHANGES;
        };
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        try (Repo repo = repositories.open(call, input.repo())) {
            if (input.action() == Action.LIST) {
                return list(input, repo, call);
            }
            String name = input.name().orElseThrow(() -> ToolException.invalidInput("/name is needed"));
            String done = changes.run(call, repo, SPEC.name(), change -> {
                Tags tags = new Tags(change, signing);
                return input.action() == Action.DELETE
                        ? tags.delete(name)
                        : tags.create(name, input.target(), input.message(), input.sign(), input.force());
            });
            return new Output(
                    List.of(RepoText.plain(done)), Optional.empty(), Optional.of(call.id()), RepoText.INTEGRITY);
        }
    }

    private static Output list(Input input, Repo repo, Call call) throws Exception {
        try (RevWalk walk = new RevWalk(repo.git())) {
            RefPage page = RefPage.of(repo, call, Constants.R_TAGS, input.pattern(), input.cursor(), ref -> {
                String name = ref.getName().substring(Constants.R_TAGS.length());
                RevObject object = walk.parseAny(ref.getObjectId());
                String id = walk.peel(object).abbreviate(ID).name();
                return object instanceof RevTag tag
                        ? name + " " + id + " " + RepoText.line(tag.getShortMessage(), SUBJECT)
                        : name + " " + id;
            });
            return new Output(page.lines(), page.cursor(), Optional.empty(), RepoText.INTEGRITY);
        }
    }
}
