package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.commit.Branches;
import dev.millwright.git.history.Histories;
import dev.millwright.git.history.History;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Lists, makes, removes and renames branches. */
final class GitBranch implements Tool<GitBranch.Input, GitBranch.Output> {
    enum Action {
        LIST,
        CREATE,
        DELETE,
        RENAME,
        UPSTREAM
    }

    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "list") Action action,
            Optional<String> name,

            @Doc("Of create; HEAD by default.") Optional<String> startPoint,
            @Doc("Of rename.") Optional<String> newName,

            @Doc("As origin/main; empty for none.") Optional<String> upstream,

            @Doc(value = "Move an existing one; delete an unmerged one.", orElse = "false")
            boolean force,

            @Doc(value = "List remote ones.", orElse = "false")
            boolean remotes,

            @Doc("With *.") Optional<String> pattern,
            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(List<String> branches, Optional<String> cursor, Optional<String> opId, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_branch", Input.class, Output.class)
            .description("List branches (upstream, last commit), or change one.")
            .scopes("git:write");

    private static final int ID = 10;
    private static final int SUBJECT = 100;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

    private final Repositories repositories;
    private final Changes changes;
    private final Histories histories;

    GitBranch(Repositories repositories, Changes changes, Histories histories) {
        this.repositories = repositories;
        this.changes = changes;
        this.histories = histories;
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
            case DELETE, RENAME, UPSTREAM -> Effect.CHANGES;
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
                Branches branches = new Branches(change);
                return switch (input.action()) {
                    case CREATE -> branches.create(name, input.startPoint().orElse(Constants.HEAD), input.force());
                    case DELETE -> branches.delete(name, input.force());
                    case RENAME ->
                        branches.rename(
                                name,
                                input.newName().orElseThrow(() -> ToolException.invalidInput("/newName is needed")),
                                input.force());
                    case UPSTREAM ->
                        branches.follow(
                                name,
                                input.upstream().orElseThrow(() -> ToolException.invalidInput("/upstream is needed")));
                    case LIST -> throw new IllegalStateException("lists change nothing");
                };
            });
            return new Output(
                    List.of(RepoText.plain(done)), Optional.empty(), Optional.of(call.id()), RepoText.INTEGRITY);
        }
    }

    private Output list(Input input, Repo repo, Call call) throws IOException {
        try (History history = histories.of(repo);
                RevWalk walk = new RevWalk(repo.git())) {
            String current = Optional.ofNullable(repo.git().getFullBranch()).orElse("");
            String prefix = input.remotes() ? Constants.R_REMOTES : Constants.R_HEADS;
            RefPage page = RefPage.of(repo, call, prefix, input.pattern(), input.cursor(), ref -> {
                String name = (ref.getName().equals(current) ? "* " : "")
                        + ref.getName().substring(prefix.length());
                return ref.isSymbolic()
                        ? name + " -> " + ref.getTarget().getName()
                        : name + tip(repo, call, history, walk, ref);
            });
            return new Output(page.lines(), page.cursor(), Optional.empty(), RepoText.INTEGRITY);
        }
    }

    private static String tip(Repo repo, Call call, History history, RevWalk walk, Ref ref) throws IOException {
        ObjectId id = ref.getObjectId();
        RevCommit commit = walk.parseCommit(id);
        String upstream = ref.getName().startsWith(Constants.R_HEADS)
                ? WhereHeadIs.upstream(repo, history, call, ref.getName(), id)
                        .map(text -> " [" + text + "]")
                        .orElse("")
                : "";
        return " " + history.shortId(id, ID) + " "
                + DAY.format(commit.getCommitterIdent().getWhenAsInstant()) + upstream + " "
                + RepoText.line(commit.getShortMessage(), SUBJECT);
    }
}
