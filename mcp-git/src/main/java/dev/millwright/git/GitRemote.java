package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.changes;

import dev.millwright.git.remote.Remote;
import dev.millwright.git.remote.RemoteEdits;
import dev.millwright.git.remote.RemoteUrl;
import dev.millwright.git.remote.Remotes;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.undo.Changes;
import dev.millwright.json.Doc;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Lists and changes the remotes of a repository. */
final class GitRemote implements Tool<GitRemote.Input, GitRemote.Output> {
    enum Action {
        LIST,
        ADD,
        SET_URL,
        RENAME,
        REMOVE
    }

    record Input(
            Optional<String> repo,
            @Doc(value = "", orElse = "list") Action action,
            Optional<String> name,
            @Doc("Without credentials.") Optional<String> url,
            Optional<String> newName) {
        Input {
            need(name, action != Action.LIST, "/name", action);
            need(url, action == Action.ADD || action == Action.SET_URL, "/url", action);
            need(newName, action == Action.RENAME, "/newName", action);
        }

        private static void need(Optional<String> given, boolean needed, String field, Action action) {
            if (given.isPresent() != needed) {
                throw new IllegalArgumentException("%s %s for the action %s"
                        .formatted(
                                field,
                                needed ? "is required" : "does not fit",
                                action.name().toLowerCase(Locale.ROOT).replace('_', '-')));
            }
        }
    }

    record Entry(String name, String url, Optional<String> pushUrl) {}

    record Output(Optional<String> opId, List<Entry> remotes, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = changes("git_remote", Input.class, Output.class)
            .description("List, add, change, rename or remove remotes.")
            .scopes("git:write");

    private static final int MOST = 200;

    private final Repositories repositories;
    private final Changes changes;
    private final Remotes remotes;

    GitRemote(Repositories repositories, Changes changes, Remotes remotes) {
        this.repositories = repositories;
        this.changes = changes;
        this.remotes = remotes;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Effect effectOf(Input input) {
        return input.action() == Action.LIST ? Effect.READS : Effect.CHANGES;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        Optional<RemoteUrl> url = input.url().map(text -> remotes.located(call, RemoteUrl.parse("/url", text)));
        url.ifPresent(given -> remotes.check(call, given));
        try (Repo repo = repositories.open(call, input.repo())) {
            if (input.action() == Action.LIST) {
                return output(Optional.empty(), repo);
            }
            String name = Remote.checkName("name", input.name().orElseThrow());
            return changes.run(call, repo, SPEC.name(), change -> {
                RemoteEdits edits = new RemoteEdits(change);
                switch (input.action()) {
                    case LIST -> throw ToolException.invalidInput("/action list changes nothing");
                    case ADD -> edits.add(name, url.orElseThrow());
                    case SET_URL -> edits.setUrl(name, url.orElseThrow());
                    case RENAME ->
                        edits.rename(
                                name,
                                Remote.checkName("newName", input.newName().orElseThrow()));
                    case REMOVE -> edits.remove(name);
                }
                return output(Optional.of(change.opId()), repo);
            });
        }
    }

    private static Output output(Optional<String> opId, Repo repo) {
        List<Entry> entries = Remote.all(repo).stream()
                .limit(MOST)
                .map(remote -> new Entry(
                        RepoText.line(remote.name(), 100),
                        remote.urls().stream().findFirst().map(GitRemote::shown).orElse(""),
                        remote.pushUrls().stream().findFirst().map(GitRemote::shown)))
                .toList();
        return new Output(opId, entries, RepoText.INTEGRITY);
    }

    private static String shown(String url) {
        return RepoText.line(RemoteUrl.masked(url), 300);
    }
}
