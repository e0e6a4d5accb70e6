package dev.millwright.git.history;

import dev.millwright.git.repo.RepoText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.lib.Repository;

/** The refs that point to commits, as {@code git log --decorate} names them. */
public final class Names {
    private final Map<ObjectId, List<String>> names = new HashMap<>();

    public Names(History history) {
        history.reading(() -> {
            read(history.repo().git());
            return this;
        });
    }

    private void read(Repository git) throws IOException {
        RefDatabase refs = git.getRefDatabase();
        Ref head = refs.exactRef(Constants.HEAD);
        String current = head != null && head.isSymbolic() ? head.getTarget().getName() : "";
        if (head != null && head.getObjectId() != null) {
            add(
                    head.getObjectId(),
                    head.isSymbolic() ? "HEAD -> " + Repository.shortenRefName(current) : Constants.HEAD);
        }
        for (Ref ref : refs.getRefsByPrefix(Constants.R_HEADS, Constants.R_REMOTES, Constants.R_TAGS)) {
            if (ref.getObjectId() == null || ref.getName().equals(current)) {
                continue;
            }
            Ref peeled = refs.peel(ref);
            ObjectId id = peeled.getPeeledObjectId() != null ? peeled.getPeeledObjectId() : ref.getObjectId();
            String name = Repository.shortenRefName(ref.getName());
            add(id, ref.getName().startsWith(Constants.R_TAGS) ? "tag: " + name : name);
        }
    }

    private void add(ObjectId id, String name) {
        names.computeIfAbsent(id, i -> new ArrayList<>()).add(RepoText.line(name, 200));
    }

    public List<String> of(ObjectId commit) {
        return names.getOrDefault(commit, List.of());
    }
}
