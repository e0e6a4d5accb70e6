package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.adds;

import dev.millwright.git.commit.NewCommit;
import dev.millwright.git.commit.Protected;
import dev.millwright.git.repo.Author;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.secret.SecretScan;
import dev.millwright.git.secret.SecretScan.Finding;
import dev.millwright.git.sign.Signing;
import dev.millwright.git.undo.Changes;
import dev.millwright.git.work.WorkPaths;
import dev.millwright.git.work.WorkTree;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;

/** Commits what is staged. */
final class GitCommit implements Tool<GitCommit.Input, GitCommit.Output> {
    record Input(
            Optional<String> repo,

            @Doc("Default: the prepared, or the amended one.")
            Optional<String> message,

            @Doc(value = "Only these, as in the working tree.", orElse = "[]")
            List<String> paths,

            @Doc(value = "As Ada <ada@example.org>.") Optional<String> author,
            @Doc(value = "", orElse = "false") boolean amend,
            @Doc(value = "", orElse = "false") boolean allowEmpty,
            @Doc(value = "", orElse = "false") boolean signOff,

            @Doc("Default: where there is a key.") Optional<Boolean> sign,

            @Doc("CONFLICT unless HEAD is this id.") Optional<String> ifHead,

            @Doc(value = "Despite found secrets; asks a person.", orElse = "false")
            boolean force) {}

    record Output(String id, Optional<String> branch, String opId) {}

    static final ToolSpec<Input, Output> SPEC = adds("git_commit", Input.class, Output.class)
            .description(
                    "Commit the index; concludes a merge, cherry-pick or revert. DENIED for what looks like a secret.")
            .scopes("git:write")
            .mayDestroy();

    private static final int SHOWN = 20;

    private final Repositories repositories;
    private final Changes changes;
    private final Signing signing;

    GitCommit(Repositories repositories, Changes changes, Signing signing) {
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
        return input.force() ? Effect.DESTROYS : input.amend() ? Effect.CHANGES : Effect.ADDS;
    }

    @Override
    public String confirmation(Input input) {
        return "Commit in %s even where it looks like a secret?"
                .formatted(input.repo().orElse("the repository"));
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        try (Repo repo = repositories.open(call, input.repo())) {
            return changes.run(call, repo, SPEC.name(), change -> commit(input, change));
        }
    }

    private Output commit(Input input, Change change) throws IOException {
        Repo repo = change.repo();
        NewCommit commit = new NewCommit(repo, signing);
        ObjectId head = commit.head();
        input.ifHead().ifPresent(expected -> checkHead(expected, head));
        String branch = repo.git().getFullBranch();
        if (input.amend() && branch != null && !head.equals(ObjectId.zeroId())) {
            Protected.refuseRewrite(repo, branch, head);
        }
        List<String> paths = WorkPaths.of("paths", input.paths());
        ObjectId tree = paths.isEmpty() ? commit.tree(new WorkTree(repo).index()) : commit.treeOf(change, paths);
        if (!input.force()) {
            refuseSecrets(repo, change.call(), head, tree);
        }
        ObjectId id = commit.make(
                change,
                tree,
                new NewCommit.Wish(
                        input.message(),
                        input.author().map(text -> Author.parse("author", text)),
                        input.amend(),
                        input.allowEmpty(),
                        input.signOff(),
                        input.sign()));
        return new Output(
                id.name(),
                Optional.ofNullable(branch)
                        .filter(name -> name.startsWith(Constants.R_HEADS))
                        .map(name -> RepoText.plain(name.substring(Constants.R_HEADS.length()))),
                change.opId());
    }

    private static void checkHead(String expected, ObjectId head) {
        if (expected.length() < 7 || !head.name().startsWith(expected)) {
            throw ToolException.conflict("HEAD is %s, not %s".formatted(head.name(), RepoText.line(expected, 50)));
        }
    }

    private static void refuseSecrets(Repo repo, Call call, ObjectId head, ObjectId tree) throws IOException {
        ObjectId from = ObjectId.zeroId();
        if (!head.equals(ObjectId.zeroId())) {
            try (RevWalk walk = new RevWalk(repo.git())) {
                from = walk.parseCommit(head).getTree();
            }
        }
        List<Finding> found = new SecretScan(repo, call).added(from, tree);
        if (!found.isEmpty()) {
            String named = found.stream()
                    .limit(SHOWN)
                    .map(each -> "%s at %s:%d".formatted(each.kind(), RepoText.path(each.path(), 200), each.line()))
                    .collect(Collectors.joining("; "));
            throw ToolException.denied("not committed, looks like secrets: " + named
                    + (found.size() > SHOWN ? " and more" : "")
                    + ". Remove them; if they are none, a person can allow it with force");
        }
    }
}
