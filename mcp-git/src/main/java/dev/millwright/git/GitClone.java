package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.adds;

import dev.millwright.git.remote.Cloning;
import dev.millwright.git.remote.Link;
import dev.millwright.git.remote.ObjectFilter;
import dev.millwright.git.remote.Promised;
import dev.millwright.git.remote.RemoteUrl;
import dev.millwright.git.remote.Remotes;
import dev.millwright.git.repo.NewRepository;
import dev.millwright.git.repo.RefNames;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Trees;
import dev.millwright.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes a repository of another one, whole or not at all. */
final class GitClone implements Tool<GitClone.Input, GitClone.Output> {
    record Input(
            @Doc("Without credentials.") String url,
            Optional<String> path,
            @Doc("Or tag.") Optional<String> branch,
            @Doc(value = "", min = 1) OptionalInt depth,

            @Doc("Default: with depth.") Optional<Boolean> singleBranch,

            @Doc("Leave at the remote: blob:none, blob:limit=1m, tree:0. Files checked out are fetched.")
            Optional<String> filter,

            @Doc(value = "", orElse = "false") boolean bare) {
        Input {
            branch.ifPresent(name -> RefNames.branch("branch", name));
        }
    }

    record Output(
            String opId,
            String repo,
            Optional<String> branch,
            Optional<String> commit,
            int refs,
            Optional<List<String>> submodules,
            String integrity) {}

    static final ToolSpec<Input, Output> SPEC = adds("git_clone", Input.class, Output.class)
            .description("Clone a repository into a new folder, by default of its name. submodules are not cloned.")
            .scopes("git:write")
            .openWorld()
            .deadline(Duration.ofMinutes(30));

    private static final int ID = 10;

    private final Repositories repositories;
    private final Changes changes;
    private final Remotes remotes;

    GitClone(Repositories repositories, Changes changes, Remotes remotes) {
        this.repositories = repositories;
        this.changes = changes;
        this.remotes = remotes;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        RemoteUrl url = remotes.located(call, RemoteUrl.parse("/url", input.url()));
        remotes.check(call, url);
        String path = input.path().orElseGet(() -> name(input.url()));
        checkEmpty(call, path);
        boolean single = input.singleBranch().orElse(input.depth().isPresent());
        Optional<ObjectFilter> filter = input.filter().map(text -> ObjectFilter.parse("filter", text));
        Cloning.Wish wish = new Cloning.Wish(input.branch(), single, input.depth(), filter);
        try (NewRepository made = repositories.create(call, path, input.bare(), "main");
                Link link = remotes.open(call, made.repo(), url)) {
            Optional<Promised> promised = filter.map(any -> new Promised(call, made.repo(), remotes, url));
            Output output = changes.begin(call, made, SPEC.name(), change -> {
                Cloning.Cloned cloned = new Cloning(made.repo(), link, promised).run(change, wish);
                return new Output(
                        change.opId(),
                        made.repo().shown(),
                        cloned.branch().map(name -> RepoText.line(name, 200)),
                        cloned.commit().map(id -> id.substring(0, ID)),
                        cloned.refs(),
                        Optional.of(cloned.submodules()).filter(paths -> !paths.isEmpty()),
                        RepoText.INTEGRITY);
            });
            made.keep();
            return output;
        }
    }

    /** As Git names it: the last part of the address, without {@code .git}. */
    private static String name(String url) {
        String plain = url.replaceFirst("/+$", "").replaceFirst("(/?\\.git)$", "");
        String name = plain.substring(Math.max(plain.lastIndexOf('/'), plain.lastIndexOf(':')) + 1);
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")) {
            throw ToolException.invalidInput("/path is required: the address has no name to call the folder by");
        }
        return name;
    }

    private void checkEmpty(Call call, String path) {
        Workspace workspace = repositories.workspace(call.tenant());
        Target target = workspace.at(path);
        try (Folder folder = workspace.folder(target)) {
            if (!Trees.names(folder).isEmpty()) {
                throw ToolException.conflict(
                        RepoText.path(target.shown()) + " is there and not empty; name another path");
            }
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND) {
                throw e;
            }
        }
    }
}
