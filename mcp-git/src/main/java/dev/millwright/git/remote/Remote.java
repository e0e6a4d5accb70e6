package dev.millwright.git.remote;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;

/**
 * A remote as the repository's configuration has it. Rewriting of addresses ({@code insteadOf}) and everything else a
 * configuration may say about how to get there is ignored.
 *
 * @param urls as written there, unchecked
 * @param pushUrls where pushes go instead
 * @param fetch refspecs, as written there
 */
public record Remote(Repo repo, String name, List<String> urls, List<String> pushUrls, List<String> fetch) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*");

    public Remote {
        urls = List.copyOf(urls);
        pushUrls = List.copyOf(pushUrls);
        fetch = List.copyOf(fetch);
    }

    /** @throws ToolException {@code INVALID_INPUT} for what no remote may be called */
    public static String checkName(String field, String name) {
        if (name.length() > 100
                || !NAME.matcher(name).matches()
                || !Repository.isValidRefName(Constants.R_REMOTES + name)
                || name.contains(".lock/")) {
            throw ToolException.invalidInput("/%s must be a name of letters, digits, dots, - and _, got %s"
                    .formatted(field, RepoText.line(name, 100)));
        }
        return name;
    }

    /** All of a repository, by name. */
    public static List<Remote> all(Repo repo) {
        return repo.git().getConfig().getSubsections(ConfigConstants.CONFIG_REMOTE_SECTION).stream()
                .sorted()
                .map(name -> read(repo, name))
                .toList();
    }

    /** @throws ToolException {@code NOT_FOUND} that names those there are */
    public static Remote of(Repo repo, String name) {
        checkName("remote", name);
        Remote remote = read(repo, name);
        if (remote.urls().isEmpty()) {
            List<String> names = all(repo).stream()
                    .map(each -> RepoText.line(each.name(), 100))
                    .limit(20)
                    .toList();
            throw ToolException.notFound("%s has no remote %s; it has %s"
                    .formatted(repo.shown(), name, names.isEmpty() ? "none" : String.join(", ", names)));
        }
        return remote;
    }

    /** The one named, else that of the current branch, else {@code origin}. */
    public static Remote choose(Repo repo, Optional<String> name) {
        return of(repo, name.or(() -> ofBranch(repo)).orElse(Constants.DEFAULT_REMOTE_NAME));
    }

    private static Optional<String> ofBranch(Repo repo) {
        return currentBranch(repo)
                .map(branch -> repo.git()
                        .getConfig()
                        .getString(ConfigConstants.CONFIG_BRANCH_SECTION, branch, ConfigConstants.CONFIG_KEY_REMOTE))
                .filter(name -> NAME.matcher(name).matches());
    }

    /** The branch that is checked out, short; empty where HEAD is detached. */
    public static Optional<String> currentBranch(Repo repo) {
        try {
            return Optional.ofNullable(repo.git().getFullBranch())
                    .filter(ref -> ref.startsWith(Constants.R_HEADS))
                    .map(ref -> ref.substring(Constants.R_HEADS.length()));
        } catch (IOException e) {
            throw ToolException.unavailable("HEAD of " + repo.shown() + " cannot be read", e);
        }
    }

    private static Remote read(Repo repo, String name) {
        Config config = repo.git().getConfig();
        return new Remote(
                repo, name, list(config, name, "url"), list(config, name, "pushurl"), list(config, name, "fetch"));
    }

    private static List<String> list(Config config, String name, String key) {
        return List.of(config.getStringList(ConfigConstants.CONFIG_REMOTE_SECTION, name, key));
    }

    /** Where it is fetched from. */
    public RemoteUrl fetchUrl() {
        return address(urls.getFirst());
    }

    /** Where pushes go: one address. @throws ToolException {@code CONFLICT} where there are several */
    public RemoteUrl pushUrl() {
        List<String> all = pushUrls.isEmpty() ? urls : pushUrls;
        if (all.size() > 1) {
            throw ToolException.conflict(
                    "the remote %s has %d addresses to push to; git_push knows one".formatted(name, all.size()));
        }
        return address(all.getFirst());
    }

    /** A path as native Git takes it: from the top of the repository. */
    private RemoteUrl address(String text) {
        RemoteUrl url = RemoteUrl.parse("the url of the remote " + name, text);
        return url instanceof RemoteUrl.Local(String path) && !path.startsWith("/")
                ? new RemoteUrl.Local(repo.top()
                        .root()
                        .location()
                        .resolve(repo.top().path())
                        .resolve(path)
                        .normalize()
                        .toString())
                : url;
    }

    /** What a fetch brings that says nothing itself. @throws ToolException for a refspec this server does not take */
    public List<FetchSpec> fetchSpecs() {
        return fetch.isEmpty()
                ? List.of(allBranches(name))
                : fetch.stream()
                        .map(text -> FetchSpec.parse("the fetch refspec of the remote " + name, text))
                        .toList();
    }

    /** Every branch to its tracking ref, as Git sets a new remote up. */
    public static FetchSpec allBranches(String name) {
        return new FetchSpec(true, Constants.R_HEADS + "*", Optional.of(Constants.R_REMOTES + name + "/*"));
    }

    /** The ref of ours that a branch of the remote is fetched into where nothing else is said. */
    public String tracking(String branch) {
        return Constants.R_REMOTES + name + "/" + branch.substring(Constants.R_HEADS.length());
    }

    /** The ref that tells where a ref of the remote was last seen; empty where none does. */
    public Optional<String> trackingOf(String ref) {
        return fetchSpecs().stream()
                .flatMap(spec -> spec.targetOf(ref).stream())
                .filter(target -> target.startsWith(Constants.R_REMOTES))
                .findFirst();
    }

    /** The ref of this remote that a local branch follows; empty where it follows none of it. */
    public Optional<String> upstream(String branch) {
        Config config = repo.git().getConfig();
        String section = ConfigConstants.CONFIG_BRANCH_SECTION;
        return name.equals(config.getString(section, branch, ConfigConstants.CONFIG_KEY_REMOTE))
                ? Optional.ofNullable(config.getString(section, branch, ConfigConstants.CONFIG_KEY_MERGE))
                : Optional.empty();
    }
}
