package dev.millwright.git.find;

import dev.millwright.git.remote.RemoteUrl;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Searches the repositories below a tenant's roots, in the order of their paths. */
public final class LocalSearch {
    /** After it a page ends: the cursor goes on. */
    private static final Duration ENOUGH = Duration.ofSeconds(10);

    private final Repositories repositories;
    private final Call call;
    private final Wanted wanted;

    /**
     * Some of what was found.
     *
     * @param last path of the last repository looked at, where there are more to look at
     * @param complete whether every folder was looked into
     */
    public record Page(List<Found> found, Optional<String> last, boolean complete) {}

    public LocalSearch(Repositories repositories, Call call, Wanted wanted) {
        this.repositories = repositories;
        this.call = call;
        this.wanted = wanted;
    }

    /**
     * Looks below folders.
     *
     * @param roots folders to look in; none for all of the tenant's
     * @param after path after which to begin; empty for the beginning
     * @param limit repositories found at most
     * @param room bytes of JSON they may take
     */
    public Page below(List<String> roots, String after, int limit, int room) {
        Workspace workspace = repositories.workspace(call.tenant());
        List<Target> starts = roots.isEmpty()
                ? workspace.roots().stream().map(root -> workspace.at(root, "")).toList()
                : roots.stream().map(workspace::at).toList();
        LocalRepositories.Walked walked = LocalRepositories.below(workspace, starts, call);
        Instant end = Instant.now().plus(ENOUGH);
        List<Found> found = new ArrayList<>();
        String last = after;
        int left = room;
        for (Target repository : walked.repositories()) {
            String path = repository.shown();
            if (path.compareTo(after) <= 0) {
                continue;
            }
            if (found.size() == limit || Instant.now().isAfter(end)) {
                return new Page(found, Optional.of(last), walked.complete());
            }
            CallMonitor.check(call);
            Optional<Found> fits = look(path);
            if (fits.isPresent()) {
                left -= Json.size(Json.tree(fits.get())) + 1;
                if (left < 0 && !found.isEmpty()) {
                    return new Page(found, Optional.of(last), walked.complete());
                }
                found.add(fits.get());
            }
            last = path;
        }
        return new Page(found, Optional.empty(), walked.complete());
    }

    private Optional<Found> look(String path) {
        List<String> missing = without(wanted.words(), path);
        try (Repo repo = repositories.open(call, Optional.of(path))) {
            return describe(repo, missing);
        } catch (ToolException e) {
            return switch (e.kind()) {
                case DENIED, UNAVAILABLE, INVALID_INPUT, CONFLICT -> unreadable(path, missing, e.getMessage());
                case NOT_FOUND -> Optional.empty();
                case LIMIT, INTERNAL -> throw e;
            };
        } catch (IOException e) {
            return unreadable(path, missing, "objects are missing or damaged; git_maintain checks them");
        }
    }

    /** It is named where its path alone is what was looked for. */
    private Optional<Found> unreadable(String path, List<String> missing, String problem) {
        if (!missing.isEmpty()
                || wanted.language().isPresent()
                || wanted.content().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new Found(
                RepoText.path(path),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.of(RepoText.path(problem, 300))));
    }

    private Optional<Found> describe(Repo repo, List<String> words) throws IOException {
        List<String> remotes = remotes(repo.git().getConfig());
        List<String> missing = words;
        for (String remote : remotes) {
            missing = without(missing, remote);
        }
        Optional<String> branch = branch(repo.git());
        missing = without(missing, branch.orElse(""));
        try (RevWalk walk = new RevWalk(repo.git())) {
            ObjectId head = repo.git().resolve(Constants.HEAD);
            Optional<RevCommit> commit = head == null ? Optional.empty() : Optional.of(walk.parseCommit(head));
            Optional<String> about = commit.map(last -> RepoText.line(last.getShortMessage(), 200));
            missing = without(missing, about.orElse(""));
            Optional<String> language = commit.isEmpty()
                    ? Optional.empty()
                    : Languages.of(repo, commit.get().getTree(), call);
            if (!without(missing, language.orElse("")).isEmpty()
                    || wanted.language()
                            .filter(name -> !name.equalsIgnoreCase(language.orElse("")))
                            .isPresent()) {
                return Optional.empty();
            }
            List<String> files = List.of();
            if (wanted.content().isPresent()) {
                files = commit.isEmpty()
                        ? List.of()
                        : Content.files(
                                repo, commit.get().getTree(), wanted.content().get(), call);
                if (files.isEmpty()) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Found(
                    repo.shown(),
                    remotes.stream().findFirst(),
                    branch,
                    language,
                    commit.map(
                            last -> Instant.ofEpochSecond(last.getCommitTime()).toString()),
                    about,
                    files,
                    Optional.empty()));
        }
    }

    /** The branch at {@code HEAD}, also where it has no commit yet. */
    private static Optional<String> branch(Repository git) throws IOException {
        Ref head = git.exactRef(Constants.HEAD);
        return head == null || !head.isSymbolic()
                ? Optional.empty()
                : Optional.of(
                        RepoText.line(Repository.shortenRefName(head.getTarget().getName()), 200));
    }

    /** Addresses of the remotes, without what may be secret; that of {@code origin} first. */
    private static List<String> remotes(Config config) {
        return config.getSubsections("remote").stream()
                .sorted((one, other) -> Boolean.compare(other.equals("origin"), one.equals("origin")))
                .flatMap(name -> Optional.ofNullable(config.getString("remote", name, "url")).stream())
                .map(url -> RepoText.line(RemoteUrl.masked(url), 500))
                .toList();
    }

    /** Those of the words that do not come up in the text. */
    private static List<String> without(List<String> words, String text) {
        String folded = text.toLowerCase(Locale.ROOT);
        return words.stream()
                .filter(word -> !folded.contains(word.toLowerCase(Locale.ROOT)))
                .toList();
    }
}
