package dev.millwright.git.remote;

import dev.millwright.git.repo.RefNames;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Revisions;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;

/**
 * What is pushed to which ref: {@code main}, {@code HEAD:topic}, {@code :gone}.
 *
 * @param branch local branch that it comes from, short; empty for anything else
 * @param id the zero id to delete
 * @param target whole name at the remote
 */
public record PushSpec(Optional<String> branch, ObjectId id, String target) {
    private static final List<String> TARGETS =
            List.of(Constants.R_HEADS, Constants.R_TAGS, Constants.R_NOTES, "refs/for/");

    /** @throws ToolException {@code INVALID_INPUT} for what is no refspec, or one that forces */
    public static PushSpec parse(Repo repo, String text) {
        if (text.startsWith("+")) {
            throw ToolException.invalidInput("/refspecs must not begin with +: set forceWithLease");
        }
        int colon = text.indexOf(':');
        String source = colon < 0 ? text : text.substring(0, colon);
        String target = colon < 0 ? "" : text.substring(colon + 1);
        if (text.isEmpty() || text.contains("*") || target.contains(":") || colon >= 0 && target.isEmpty()) {
            throw ToolException.invalidInput(
                    "/refspecs must be source, source:target or :target, without *, got " + RepoText.line(text, 200));
        }
        if (source.isEmpty()) {
            return new PushSpec(Optional.empty(), ObjectId.zeroId(), whole(target, Constants.R_HEADS));
        }
        Optional<Ref> ref = local(repo, source);
        String name = ref.map(Ref::getName).orElse("");
        if (Neighbours.isOurs(name) || Neighbours.isOurs(source)) {
            throw ToolException.denied("/refspecs names refs of this server's own");
        }
        String usual = name.startsWith(Constants.R_TAGS) ? Constants.R_TAGS : Constants.R_HEADS;
        if (target.isEmpty() && !name.startsWith(usual)) {
            throw ToolException.invalidInput("/refspecs needs a target for %s, as in %s:name"
                    .formatted(RepoText.line(source, 100), RepoText.line(source, 100)));
        }
        ObjectId id = ref.map(Ref::getObjectId).orElseGet(() -> Revisions.object(repo, "refspecs", source));
        return new PushSpec(
                Optional.of(name)
                        .filter(each -> each.startsWith(Constants.R_HEADS))
                        .map(each -> each.substring(Constants.R_HEADS.length())),
                id,
                target.isEmpty() ? name : whole(target, usual));
    }

    /**
     * The current branch, to the one of the same name.
     *
     * @param anyway also where it follows one of another name, which else is refused: it may be the branch it began from
     */
    public static PushSpec current(Repo repo, Remote remote, boolean anyway) {
        String branch = Remote.currentBranch(repo)
                .orElseThrow(() -> ToolException.conflict("HEAD is on no branch; say what to push, as in HEAD:name"));
        String name = Constants.R_HEADS + branch;
        Optional<String> upstream = remote.upstream(branch).filter(followed -> !followed.equals(name));
        if (upstream.isPresent() && !anyway) {
            throw ToolException.conflict("%s follows %s of %s; say which is meant in /refspecs: %s or %s:%s"
                    .formatted(
                            branch,
                            RepoText.line(upstream.get(), 200),
                            remote.name(),
                            branch,
                            branch,
                            RepoText.line(upstream.get(), 200)));
        }
        Ref ref = local(repo, name)
                .orElseThrow(() -> ToolException.conflict("the branch " + branch + " has no commit yet"));
        return new PushSpec(Optional.of(branch), ref.getObjectId(), whole(name, Constants.R_HEADS));
    }

    /** All tags. */
    public static List<PushSpec> tags(Repo repo) {
        try {
            return repo.git().getRefDatabase().getRefsByPrefix(Constants.R_TAGS).stream()
                    .map(tag -> new PushSpec(Optional.empty(), tag.getObjectId(), tag.getName()))
                    .toList();
        } catch (IOException e) {
            throw ToolException.unavailable("the refs of " + repo.shown() + " cannot be read", e);
        }
    }

    public boolean isDelete() {
        return id.equals(ObjectId.zeroId());
    }

    private static Optional<Ref> local(Repo repo, String source) {
        try {
            for (String name : List.of(source, Constants.R_HEADS + source, Constants.R_TAGS + source)) {
                Ref ref = name.startsWith(Constants.R_REFS) || name.equals(Constants.HEAD)
                        ? repo.git().exactRef(name)
                        : null;
                if (ref != null && ref.getObjectId() != null) {
                    return Optional.of(ref.getLeaf());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw ToolException.unavailable("the refs of " + repo.shown() + " cannot be read", e);
        }
    }

    private static String whole(String target, String usual) {
        String ref = RefNames.whole("refspecs", target.startsWith(Constants.R_REFS) ? target : usual + target);
        if (Neighbours.isOurs(ref)) {
            throw ToolException.denied("/refspecs names refs of this server's own");
        } else if (TARGETS.stream().noneMatch(ref::startsWith)) {
            throw ToolException.invalidInput(
                    "/refspecs must lead to refs/heads, refs/tags, refs/notes or refs/for, got "
                            + RepoText.line(ref, 200));
        }
        return ref;
    }
}
