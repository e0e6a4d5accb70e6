package dev.millwright.git.history;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jgit.lib.ObjectId;

/** The commits that answer a question, in the order of {@code git log}; of one thread. */
public final class Log {
    /**
     * @param revs each a revision, {@code a..b}, {@code a...b} or {@code ^a}; none for HEAD
     * @param all every ref as well
     * @param paths files and folders
     * @param follow the one path under its earlier names
     * @param author RE2, in name and address
     * @param grep RE2, in the message
     * @param merges only merges, or none of them
     */
    public record Query(
            List<String> revs,
            boolean all,
            List<String> paths,
            boolean follow,
            Optional<String> author,
            Optional<String> grep,
            Optional<String> since,
            Optional<String> until,
            boolean firstParent,
            Optional<Boolean> merges) {
        public Query {
            revs = List.copyOf(revs);
            paths = Log.paths(paths);
            if (follow && paths.size() != 1) {
                throw ToolException.invalidInput("/follow needs exactly one of /paths, got " + paths.size());
            }
        }

        /** @param grep RE2, in the message */
        public static Query of(List<String> revs, List<String> paths, Optional<String> grep) {
            return new Query(
                    revs,
                    false,
                    paths,
                    false,
                    Optional.empty(),
                    grep,
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Optional.empty());
        }
    }

    /**
     * A commit.
     *
     * @param path the name it knows the followed file by
     * @param files where the pickaxe found something
     */
    public record Entry(
            ObjectId id, List<ObjectId> parents, CommitText text, Optional<String> path, List<String> files) {}

    /** Names that lead elsewhere, or nowhere. */
    private static final java.util.regex.Pattern NO_NAME =
            java.util.regex.Pattern.compile("(?:^|/)(?:\\.{0,2})(?:/|$)");

    private final History history;
    private final Call call;
    private final Query query;
    private final Optional<Pattern> author;
    private final Optional<Pattern> grep;
    private final Ends ends;
    private final OptionalLong since;
    private final OptionalLong until;
    private final Walk walk;
    private final Optional<Follow> follow;
    private final Optional<Pickaxe> pickaxe;
    private final Instant pause;
    private Optional<ObjectId> looked = Optional.empty();
    private boolean paused;

    /** @param cursor read with {@code question} */
    public Log(History history, Call call, Query query, Clock clock, Optional<String> cursor, String question) {
        this(history, call, query, Optional.empty(), clock, cursor, question);
    }

    /** @param pickaxe shows only commits where it finds something */
    public Log(
            History history,
            Call call,
            Query query,
            Optional<Pickaxe> pickaxe,
            Clock clock,
            Optional<String> cursor,
            String question) {
        this.pickaxe = pickaxe;
        Instant now = clock.instant();
        this.pause = call.deadline().equals(Instant.MAX)
                ? Instant.MAX
                : now.plus(
                        Duration.between(now, call.deadline()).multipliedBy(2).dividedBy(3));
        this.history = history;
        this.call = call;
        this.query = query;
        this.author = query.author().map(text -> pattern("author", text));
        this.grep = query.grep().map(text -> pattern("grep", text));
        Optional<LogCursor> after = cursor.map(text -> LogCursor.read(text, question));
        this.since = after.map(LogCursor::since).orElseGet(() -> seconds("since", query.since(), clock));
        this.until = after.map(LogCursor::until).orElseGet(() -> seconds("until", query.until(), clock));
        this.ends = history.reading(
                () -> after.isPresent() ? after.get().ends() : Ends.of(history, call, query.revs(), query.all()));
        this.follow = query.follow()
                ? Optional.of(new Follow(history, call, query.paths().getFirst()))
                : Optional.empty();
        this.walk = history.reading(() -> new Walk(
                history.commits(),
                history.reader(),
                call,
                new Walk.Range(numbers(ends.from()), numbers(ends.hidden()), query.firstParent(), since),
                new PathLimit(history.commits(), history.reader(), query.follow() ? List.of() : query.paths())));
        after.ifPresent(place -> history.reading(() -> skipTo(place.last())));
    }

    /** Paths as Git has them. @throws ToolException {@code INVALID_INPUT} for what leads elsewhere */
    public static List<String> paths(List<String> paths) {
        return paths.stream().map(Log::literal).toList();
    }

    private static String literal(String path) {
        String clean = path.startsWith("./") ? path.substring(2) : path;
        while (clean.endsWith("/")) {
            clean = clean.substring(0, clean.length() - 1);
        }
        if (clean.indexOf('\0') >= 0 || NO_NAME.matcher(clean).find()) {
            throw ToolException.invalidInput(
                    "/paths must be from the top of the repository, as in src/main, got " + RepoText.path(path, 100));
        }
        return clean;
    }

    private List<Integer> numbers(List<ObjectId> ids) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (ObjectId id : ids) {
            numbers.add(history.number(id));
        }
        return numbers;
    }

    private static OptionalLong seconds(String field, Optional<String> text, Clock clock) {
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Moment.seconds(field, text.get(), clock));
    }

    static Pattern pattern(String field, String text) {
        try {
            return Pattern.compile(text, Pattern.MULTILINE);
        } catch (PatternSyntaxException e) {
            throw ToolException.invalidInput("/%s is no RE2 expression: %s".formatted(field, e.getDescription()));
        }
    }

    /** Walks what was shown before without looking at it: nothing but ids, and the names of a followed file. */
    private Void skipTo(ObjectId last) throws IOException {
        for (int commit = walk.next(); commit >= 0; commit = walk.next()) {
            if (follow.isPresent()) {
                follow.get().shows(commit, query.firstParent());
            }
            if (history.commits().id(commit).equals(last)) {
                return null;
            }
        }
        throw ToolException.conflict("/cursor names a commit that this history no longer has; begin anew");
    }

    /** The next commit; empty at the end, and when two thirds of the call's time are over. */
    public Optional<Entry> next() {
        return history.reading(() -> {
            for (int commit = walk.next(); commit >= 0; commit = walk.next()) {
                Optional<Entry> entry = entry(commit);
                looked = Optional.of(history.commits().id(commit));
                if (entry.isEmpty()
                        && !pause.equals(Instant.MAX)
                        && Instant.now().isAfter(pause)) {
                    paused = true;
                    return entry;
                }
                if (entry.isPresent()) {
                    return entry;
                }
            }
            return Optional.empty();
        });
    }

    private Optional<Entry> entry(int commit) throws IOException {
        Commits commits = history.commits();
        int parents = commits.parents(commit);
        Optional<String> path = follow.map(Follow::path);
        if (follow.isPresent() && !follow.get().shows(commit, query.firstParent())
                || until.isPresent() && commits.time(commit) > until.getAsLong()
                || query.merges().isPresent() && query.merges().get() != parents > 1) {
            return Optional.empty();
        }
        List<String> files = pickaxe.isEmpty() ? List.of() : files(commit, parents);
        if (pickaxe.isPresent() && files.isEmpty()) {
            return Optional.empty();
        }
        ObjectId id = commits.id(commit);
        CommitText text = CommitText.read(history.reader(), id);
        if (author.isPresent() && !author.get().matcher(text.author()).find()
                || grep.isPresent() && !grep.get().matcher(text.message()).find()) {
            CallMonitor.check(call);
            return Optional.empty();
        }
        List<ObjectId> ids = new ArrayList<>();
        for (int i = 0; i < parents; i++) {
            ids.add(commits.id(commits.parent(commit, i)));
        }
        return Optional.of(new Entry(id, ids, text, path, files));
    }

    private List<String> files(int commit, int parents) throws IOException {
        if (parents > 1 && !query.firstParent()) {
            return List.of();
        }
        Commits commits = history.commits();
        ObjectId before = ObjectId.zeroId();
        if (parents > 0) {
            commits.read(commits.parent(commit, 0), history.reader());
            before = commits.tree(commits.parent(commit, 0));
        }
        return pickaxe.orElseThrow().files(before, commits.tree(commit));
    }

    /** Where to go on after {@link #next} ran out of time; empty at the end of history. */
    public Optional<String> pausedAt(String question) {
        return paused ? looked.map(id -> cursor(id, question)) : Optional.empty();
    }

    /** Leads on behind a commit. */
    public String cursor(ObjectId last, String question) {
        return new LogCursor(ends, since, until, last).write(question);
    }
}
