package dev.millwright.git.remote;

import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;

/**
 * What is fetched, and the refs that get it: {@code main}, {@code +refs/heads/*:refs/remotes/origin/*}.
 *
 * @param source at the remote; may hold one {@code *}
 * @param target here; empty for the tracking ref of a branch, or the tag of the same name
 */
public record FetchSpec(boolean force, String source, Optional<String> target) {
    private static final List<String> TARGETS =
            List.of(Constants.R_HEADS, Constants.R_REMOTES, Constants.R_TAGS, Constants.R_NOTES);

    /** @throws ToolException {@code INVALID_INPUT} for what is no refspec, {@code DENIED} for refs that are not for others */
    public static FetchSpec parse(String subject, String text) {
        boolean force = text.startsWith("+");
        String plain = force ? text.substring(1) : text;
        int colon = plain.indexOf(':');
        String source = colon < 0 ? plain : plain.substring(0, colon);
        Optional<String> target = colon < 0 ? Optional.empty() : Optional.of(plain.substring(colon + 1));
        FetchSpec spec = new FetchSpec(force, source, target);
        if (Neighbours.isOurs(source) || Neighbours.isOurs(target.orElse(""))) {
            throw ToolException.denied(subject + " names refs of this server's own");
        } else if (!spec.isSound()) {
            throw ToolException.invalidInput(("%s must be source or source:target, with target under refs/heads,"
                            + " refs/remotes, refs/tags or refs/notes, got %s")
                    .formatted(subject, RepoText.line(text, 200)));
        }
        return spec;
    }

    private boolean isSound() {
        boolean wild = source.contains("*");
        if (!isName(source, wild) || wild && target.isEmpty()) {
            return false;
        } else if (target.isEmpty()) {
            return !source.startsWith("refs/")
                    || source.startsWith(Constants.R_HEADS)
                    || source.startsWith(Constants.R_TAGS);
        }
        return isName(target.get(), wild) && TARGETS.stream().anyMatch(target.get()::startsWith);
    }

    private static boolean isName(String name, boolean wild) {
        if (name.startsWith("-") || name.length() > 1000 || wild != name.contains("*")) {
            return false;
        } else if (name.equals(Constants.HEAD)) {
            return true;
        } else if (wild) {
            // refs/* would take what is not for others.
            return name.indexOf('*') == name.lastIndexOf('*')
                    && name.indexOf('*') > Constants.R_REFS.length()
                    && Repository.isValidRefName(name.replace('*', 'x'));
        }
        return Repository.isValidRefName(name.startsWith("refs/") ? name : Constants.R_HEADS + name);
    }

    /** One ref of the remote and the one that gets its value. */
    record Pair(Ref source, String target, boolean force) {}

    /** @throws ToolException {@code NOT_FOUND} for a name that the remote lacks */
    List<Pair> match(Map<String, Ref> advertised, String remote) {
        if (source.contains("*")) {
            RefSpec spec = new RefSpec(source + ":" + target.orElseThrow());
            return advertised.values().stream()
                    .filter(ref -> spec.matchSource(ref) && !Neighbours.isOurs(ref.getName()))
                    .map(ref -> new Pair(ref, spec.expandFromSource(ref).getDestination(), force))
                    .filter(pair -> Repository.isValidRefName(pair.target()) && !Neighbours.isOurs(pair.target()))
                    .toList();
        }
        Ref found = candidates().stream()
                .filter(advertised::containsKey)
                .findFirst()
                .map(advertised::get)
                .orElseThrow(() -> ToolException.notFound("the remote %s has no %s".formatted(remote, source)));
        return List.of(new Pair(found, target.orElseGet(() -> usual(found.getName(), remote)), force));
    }

    private List<String> candidates() {
        return source.startsWith("refs/") || source.equals(Constants.HEAD)
                ? List.of(source)
                : List.of(Constants.R_HEADS + source, Constants.R_TAGS + source);
    }

    private static String usual(String source, String remote) {
        if (source.startsWith(Constants.R_TAGS)) {
            return source;
        } else if (source.startsWith(Constants.R_HEADS)) {
            return Constants.R_REMOTES + remote + "/" + source.substring(Constants.R_HEADS.length());
        }
        throw ToolException.invalidInput(
                "/refspecs: " + source + " needs a target, as in " + source + ":refs/heads/name");
    }

    /** What the remote is asked to list. */
    List<String> prefixes() {
        int star = source.indexOf('*');
        return star < 0 ? candidates() : List.of(source.substring(0, star));
    }

    /** Whether a local ref gets its value by this spec, from which ref of the remote; for wildcards only. */
    Optional<String> sourceOf(String local) {
        if (!source.contains("*")) {
            return Optional.empty();
        }
        RefSpec spec = new RefSpec(source + ":" + target.orElseThrow());
        return spec.matchDestination(local)
                ? Optional.of(spec.expandFromDestination(local).getSource())
                : Optional.empty();
    }

    /** Where a ref of the remote goes by this spec; empty for one it does not speak of. */
    Optional<String> targetOf(String ref) {
        if (target.isEmpty()) {
            return Optional.empty();
        }
        RefSpec spec = new RefSpec(source + ":" + target.get());
        return spec.matchSource(ref)
                ? Optional.of(spec.isWildcard() ? spec.expandFromSource(ref).getDestination() : spec.getDestination())
                : Optional.empty();
    }
}
