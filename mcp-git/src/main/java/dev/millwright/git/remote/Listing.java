package dev.millwright.git.remote;

import dev.millwright.tool.ToolException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.transport.FetchConnection;

/** What a remote has: its branches, its tags, and the branch it calls its own. */
public record Listing(Map<String, Ref> refs) {
    /** Asks the remote. */
    public static Listing of(Link link) throws InterruptedException {
        return link.run(() -> {
            try (FetchConnection connection =
                    link.transport().openFetch(List.of(), Constants.HEAD, Constants.R_HEADS, Constants.R_TAGS)) {
                return new Listing(connection.getRefsMap());
            }
        });
    }

    /** Its own branch, whole; empty where it is on none, or on one without a commit. */
    public Optional<String> head() {
        Ref head = refs.get(Constants.HEAD);
        if (head == null || head.getObjectId() == null) {
            return Optional.empty();
        } else if (head.isSymbolic()) {
            return Optional.of(head.getTarget().getName());
        }
        // Servers before 1.8.5 do not say: Git takes the first branch that is there, too.
        return refs.values().stream()
                .filter(ref -> ref.getName().startsWith(Constants.R_HEADS)
                        && head.getObjectId().equals(ref.getObjectId()))
                .map(Ref::getName)
                .sorted()
                .findFirst();
    }

    /** The branch of this name, else the tag, whole. @throws ToolException {@code NOT_FOUND} */
    public String named(String field, String name) {
        return List.of(Constants.R_HEADS + name, Constants.R_TAGS + name).stream()
                .filter(refs::containsKey)
                .findFirst()
                .orElseThrow(() ->
                        ToolException.notFound("/%s names no branch or tag of the remote: %s".formatted(field, name)));
    }
}
