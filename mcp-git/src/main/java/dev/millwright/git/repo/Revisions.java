package dev.millwright.git.repo;

import dev.millwright.json.Schema;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.BranchConfig;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/** Revisions as a caller writes them, gitrevisions(7): parsed, never passed on. */
public final class Revisions {
    private static final int LENGTH = 512;
    private static final int NAMES = 5_000;
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{4,40}");
    private static final Pattern DESCRIBED = Pattern.compile(".+-[0-9]+-g([0-9a-fA-F]{4,40})");
    private static final Pattern PSEUDO = Pattern.compile("[A-Z][A-Z_]*");
    private static final Pattern UPSTREAM = Pattern.compile("@\\{(u|upstream)}(.*)", Pattern.CASE_INSENSITIVE);

    /** Where a name without {@code refs/} is looked for, in this order. */
    private static final List<String> PLACES =
            List.of(Constants.R_REFS, Constants.R_TAGS, Constants.R_HEADS, Constants.R_REMOTES);

    /**
     * Two ends.
     *
     * @param symmetric {@code a...b}: what is in one of both, for a diff what came to {@code to} since their merge base
     */
    public record Range(ObjectId from, ObjectId to, boolean symmetric) {}

    private Revisions() {}

    /**
     * @param field of the input, for the message
     * @throws ToolException {@code INVALID_INPUT} for what is no revision, {@code NOT_FOUND} for one that names nothing
     */
    public static ObjectId object(Repo repo, String field, String revision) {
        if (revision.isBlank()
                || revision.startsWith("-")
                || revision.length() > LENGTH
                || revision.chars().anyMatch(Character::isISOControl)) {
            throw invalid(field, revision, "is no revision");
        } else if (dots(revision) >= 0) {
            throw invalid(field, revision, "is a range, where one revision is asked for");
        }
        try {
            ObjectId id = repo.git().resolve(named(repo, field, revision));
            if (id == null) {
                throw nothing(repo, field, revision);
            }
            return id;
        } catch (AmbiguousObjectException e) {
            throw invalid(field, revision, "is ambiguous, more digits tell which");
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw invalid(field, revision, "is no revision this server understands");
        } catch (IncorrectObjectTypeException | MissingObjectException e) {
            throw nothing(repo, field, revision);
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    /** As {@link #object}, peeled to a commit that the walk knows. */
    public static RevCommit commit(Repo repo, RevWalk walk, String field, String revision) {
        ObjectId id = object(repo, field, revision);
        try {
            return walk.parseCommit(id);
        } catch (IncorrectObjectTypeException e) {
            throw invalid(field, revision, "names no commit");
        } catch (MissingObjectException e) {
            throw repo.lacks(id);
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    /** {@code a..b} or {@code a...b}, where an end left out is {@code HEAD}; empty for what is no range. */
    public static Optional<Range> range(Repo repo, String field, String text) {
        int dots = dots(text);
        if (dots < 0) {
            return Optional.empty();
        }
        boolean symmetric = text.startsWith("...", dots);
        String from = text.substring(0, dots);
        String to = text.substring(dots + (symmetric ? 3 : 2));
        return Optional.of(new Range(
                object(repo, field, from.isEmpty() ? Constants.HEAD : from),
                object(repo, field, to.isEmpty() ? Constants.HEAD : to),
                symmetric));
    }

    /** Where the dots of a range are; those in a path or a message do not count. */
    private static int dots(String text) {
        int dots = text.indexOf("..");
        int other = text.indexOf(':');
        int braces = text.indexOf("^{/");
        return other >= 0 && other < dots || braces >= 0 && braces < dots ? -1 : dots;
    }

    /**
     * The revision with its first part made a whole ref or an id: JGit would look for any name among the files of the
     * repository first.
     */
    private static String named(Repo repo, String field, String revision) throws IOException {
        int end = 0;
        while (end < revision.length() && "^~:".indexOf(revision.charAt(end)) < 0 && !revision.startsWith("@{", end)) {
            end++;
        }
        String base = revision.substring(0, end);
        String rest = revision.substring(end);
        if (rest.startsWith(":") && base.isEmpty()) {
            throw invalid(
                    field, revision, "is no revision this server understands; to look for text there is git_search");
        }
        String whole = base.equals("@") ? Constants.HEAD : base.isEmpty() ? "" : whole(repo, field, revision, base);
        var upstream = UPSTREAM.matcher(rest);
        return upstream.matches() ? upstream(repo, field, revision, whole) + upstream.group(2) : whole + rest;
    }

    private static String whole(Repo repo, String field, String revision, String base) throws IOException {
        if (ObjectId.isId(base)) {
            return base;
        } else if (!RefNames.isValid(base)) {
            throw invalid(field, revision, "is no revision");
        } else if (PSEUDO.matcher(base).matches() && repo.git().exactRef(base) != null
                || base.startsWith(Constants.R_REFS)) {
            return base;
        }
        for (String place : PLACES) {
            if (repo.git().exactRef(place + base) != null) {
                return place + base;
            }
        }
        String head = Constants.R_REMOTES + base + "/" + Constants.HEAD;
        if (repo.git().exactRef(head) != null) {
            return head;
        } else if (HEX.matcher(base).matches()) {
            return base;
        }
        var described = DESCRIBED.matcher(base);
        if (described.matches()) {
            return described.group(1);
        }
        throw nothing(repo, field, revision);
    }

    private static String upstream(Repo repo, String field, String revision, String whole) throws IOException {
        String branch = whole.isEmpty() || whole.equals(Constants.HEAD)
                ? String.valueOf(repo.git().getFullBranch())
                : whole;
        String tracking = branch.startsWith(Constants.R_HEADS)
                ? new BranchConfig(repo.git().getConfig(), Repository.shortenRefName(branch)).getTrackingBranch()
                : null;
        if (tracking == null
                || !Repository.isValidRefName(tracking)
                || repo.git().exactRef(tracking) == null) {
            throw ToolException.notFound("/%s: %s has no upstream that was fetched"
                    .formatted(field, RepoText.line(Repository.shortenRefName(branch), 100)));
        }
        return tracking;
    }

    private static ToolException invalid(String field, String revision, String why) {
        return ToolException.invalidInput("/%s %s: %s".formatted(field, why, RepoText.line(revision, 100)));
    }

    private static ToolException nothing(Repo repo, String field, String revision) {
        String near = nearest(repo, revision)
                .map(name -> "; did you mean " + RepoText.line(name, 100) + "?")
                .orElse("");
        String born = revision.equals(Constants.HEAD) ? "; there is no commit yet" : "";
        return ToolException.notFound("/%s names nothing in %s: %s%s%s"
                .formatted(field, repo.shown(), RepoText.line(revision, 100), near, born));
    }

    private static Optional<String> nearest(Repo repo, String revision) {
        try {
            return Schema.nearest(
                    revision,
                    repo.git().getRefDatabase().getRefs().stream()
                            .map(Ref::getName)
                            .filter(name -> !name.startsWith("refs/millwright/"))
                            .limit(NAMES)
                            .map(Repository::shortenRefName)
                            .toList());
        } catch (IOException e) {
            throw ToolException.unavailable("the refs of " + repo.shown() + " cannot be read", e);
        }
    }
}
