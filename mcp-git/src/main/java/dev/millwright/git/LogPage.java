package dev.millwright.git;

import dev.millwright.git.history.Log;
import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jgit.lib.ObjectId;

/** The next commits of a log that an answer has room for. @param cursor where there are more */
record LogPage<T>(List<T> commits, Optional<String> cursor) {
    /**
     * @param limit commits at most
     * @param room for their JSON, in characters; the first commit is there even if it needs more
     * @param question what the cursor is good for
     */
    static <T> LogPage<T> of(Log log, Function<Log.Entry, T> shown, int limit, int room, String question) {
        List<T> commits = new ArrayList<>();
        Optional<ObjectId> last = Optional.empty();
        int left = room;
        for (Optional<Log.Entry> entry = log.next(); entry.isPresent(); entry = log.next()) {
            // One more than is shown tells whether there is more.
            T commit = shown.apply(entry.get());
            left -= Json.write(commit).length();
            if (commits.size() == limit || left < 0 && !commits.isEmpty()) {
                return new LogPage<>(commits, last.map(id -> log.cursor(id, question)));
            }
            commits.add(commit);
            last = Optional.of(entry.get().id());
        }
        return new LogPage<>(commits, log.pausedAt(question));
    }
}
