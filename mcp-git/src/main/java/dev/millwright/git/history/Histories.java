package dev.millwright.git.history;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/** What was learned of the histories of the repositories asked about last, for the next call: all of it by ids. */
public final class Histories {
    private static final int REPOSITORIES = 8;
    private static final int ALL_COMMITS = 4_000_000;

    /** Of one repository, as long as its graph and where it is cut off stay the same. */
    private record Known(String stamp, Set<ObjectId> shallow, Commits commits) {}

    private final Graphs graphs;
    private final LinkedHashMap<Path, Known> known = new LinkedHashMap<>(16, 0.75f, true);

    public Histories(Graphs graphs) {
        this.graphs = graphs;
    }

    /** A repository's history, to be closed after use, before the repository. */
    public History of(Repo repo) {
        ObjectReader reader = repo.git().newObjectReader();
        try {
            return new History(repo, commits(repo, reader), reader);
        } catch (IOException e) {
            reader.close();
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    public Maintenance maintenance(Repo repo, Call call) {
        return new Maintenance(repo, graphs, call);
    }

    /** Where a repository has its objects. */
    static Path objects(Repo repo) {
        return repo.git().getObjectDatabase() instanceof ObjectDirectory directory
                ? directory.getDirectory().toPath()
                : repo.git().getCommonDirectory().toPath().resolve("objects");
    }

    private synchronized Commits commits(Repo repo, ObjectReader reader) throws IOException {
        Path objects = objects(repo);
        Set<ObjectId> shallow = Set.copyOf(reader.getShallowCommits());
        String stamp = graphs.stamp(repo);
        Known before = known.get(objects);
        if (before != null && before.stamp().equals(stamp) && before.shallow().equals(shallow)) {
            return before.commits();
        }
        Path graph = Graphs.file(repo);
        Commits commits = new Commits(shallow.isEmpty() ? () -> graphs.read(graph) : Commits.Source.NONE);
        for (ObjectId cut : shallow) {
            commits.cut(commits.number(cut), reader);
        }
        known.put(objects, new Known(stamp, shallow, commits));
        while (known.size() > REPOSITORIES
                || known.size() > 1
                        && known.values().stream()
                                        .mapToLong(k -> k.commits().size())
                                        .sum()
                                > ALL_COMMITS) {
            known.pollFirstEntry();
        }
        return commits;
    }
}
