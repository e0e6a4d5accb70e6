package dev.millwright.git.blame;

import dev.millwright.git.repo.Repo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;

/** What was found out about whole files before, the last used first; what a commit says of a file never changes. */
public final class Blames {
    /** Lines kept, about 40 bytes each. */
    private static final int MOST_LINES = 500_000;

    /**
     * How lines are compared.
     *
     * @param moves whether lines are looked for at other places
     * @param ignored commits whose changes are passed on to their parents where that can be
     */
    public record How(boolean ignoringSpace, boolean moves, Set<ObjectId> ignored) {
        public How {
            ignored = Set.copyOf(ignored);
        }
    }

    private record Key(String repository, How how, ObjectId commit, String path) {}

    private final Map<Key, Origin[]> known = new LinkedHashMap<>(16, 0.75f, true);
    private int lines;

    synchronized Optional<Origin[]> of(Repo repo, How how, ObjectId commit, String path) {
        return known.isEmpty() ? Optional.empty() : Optional.ofNullable(known.get(key(repo, how, commit, path)));
    }

    synchronized void keep(Repo repo, How how, ObjectId commit, String path, Origin[] origins) {
        Origin[] before = known.put(key(repo, how, commit, path), origins);
        lines += origins.length - (before == null ? 0 : before.length);
        var oldest = known.entrySet().iterator();
        while (lines > MOST_LINES && oldest.hasNext()) {
            lines -= oldest.next().getValue().length;
            oldest.remove();
        }
    }

    private static Key key(Repo repo, How how, ObjectId commit, String path) {
        return new Key(repo.git().getCommonDirectory().getPath(), how, commit, path);
    }
}
