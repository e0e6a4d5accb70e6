package dev.millwright.git.blame;

import dev.millwright.git.repo.Repo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private record Key(String repository, How how, String path) {}

    private final Map<Key, Map<ObjectId, Origin[]>> known = new LinkedHashMap<>(16, 0.75f, true);
    private int lines;

    /** What is known of a file, by the commit that has it. */
    synchronized Map<ObjectId, Origin[]> of(Repo repo, How how, String path) {
        return known.isEmpty() ? Map.of() : known.getOrDefault(key(repo, how, path), Map.of());
    }

    synchronized void keep(Repo repo, How how, ObjectId commit, String path, Origin[] origins) {
        Origin[] before = known.computeIfAbsent(key(repo, how, path), key -> new ConcurrentHashMap<>())
                .put(commit, origins);
        lines += origins.length - (before == null ? 0 : before.length);
        var oldest = known.values().iterator();
        while (lines > MOST_LINES && oldest.hasNext()) {
            lines -= oldest.next().values().stream()
                    .mapToInt(each -> each.length)
                    .sum();
            oldest.remove();
        }
    }

    private static Key key(Repo repo, How how, String path) {
        return new Key(repo.git().getCommonDirectory().getPath(), how, path);
    }
}
