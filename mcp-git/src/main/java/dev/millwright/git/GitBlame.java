package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.git.blame.Blames;
import dev.millwright.git.blame.FileBlame;
import dev.millwright.git.blame.Origin;
import dev.millwright.git.diff.FileText;
import dev.millwright.git.history.CommitText;
import dev.millwright.git.history.Histories;
import dev.millwright.git.history.History;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.work.WorkPaths;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content;
import dev.millwright.tool.HasContent;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;

/** Says where the lines of a file come from. */
final class GitBlame implements Tool<GitBlame.Input, GitBlame.Output> {
    record Input(
            Optional<String> repo,
            String path,
            @Doc("Default: working tree.") Optional<String> rev,
            @Doc(value = "", min = 1, orElse = "1") int startLine,
            @Doc(value = "", min = 1) OptionalInt endLine,
            @Doc(value = "", orElse = "false") boolean ignoreWhitespace,

            @Doc(value = "Also between files.", orElse = "false")
            boolean detectMoves,

            @Doc(value = "", orElse = "[]") List<String> ignoreRevs,

            @Doc(value = "With the lines.", orElse = "false")
            boolean text,

            OptionalInt maxTokens)
            implements Budgeted {}

    /** Lines in a row from one commit. */
    record Range(
            int start,
            int end,
            String id,
            String date,
            String author,
            Optional<String> path,
            @Doc("In that commit.") OptionalInt line,
            Optional<String> text) {
        void show(StringBuilder out) {
            out.append(start).append('-').append(end).append(' ').append(id).append(' ');
            out.append(date).append(' ').append(author);
            path.ifPresent(old -> out.append(" (").append(old).append(')'));
            out.append('\n');
            text.ifPresent(lines -> out.append(lines.indent(2)));
        }
    }

    record Output(List<Range> ranges, int lines, OptionalInt nextLine, String integrity) implements HasContent {
        @Override
        public List<Content> content() {
            StringBuilder out = new StringBuilder();
            ranges.forEach(range -> range.show(out));
            nextLine.ifPresent(
                    next -> out.append("[more from startLine ").append(next).append(" on]\n"));
            return List.of(new Content.Text(out.toString()));
        }
    }

    static final ToolSpec<Input, Output> SPEC = reads("git_blame", Input.class, Output.class)
            .description("Which commits the lines of a file come from.")
            .scopes("git:read");

    private static final int FRAME = 200;
    private static final int ID = 8;

    private final Repositories repositories;
    private final Histories histories;
    private final Blames blames = new Blames();

    GitBlame(Repositories repositories, Histories histories) {
        this.repositories = repositories;
        this.histories = histories;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) {
        try (Repo repo = repositories.open(call, input.repo());
                History history = histories.of(repo);
                RevWalk walk = new RevWalk(repo.git())) {
            Blames.How how = new Blames.How(
                    input.ignoreWhitespace(),
                    input.detectMoves(),
                    input.ignoreRevs().stream()
                            .map(rev -> Revisions.commit(repo, walk, "ignoreRevs", rev)
                                    .copy())
                            .collect(Collectors.toSet()));
            FileBlame blame = new FileBlame(repo, history, blames, how, WorkPaths.one("path", input.path()));
            int end = input.endLine().orElse(Integer.MAX_VALUE);
            FileBlame.Part part = input.rev().isPresent() || repo.isBare()
                    ? blame.at(
                            call,
                            Revisions.commit(repo, walk, "rev", input.rev().orElse("HEAD"))
                                    .copy(),
                            input.startLine(),
                            end)
                    : blame.now(call, input.startLine(), end);
            return shown(input, history, part, call.budget() * 4 - FRAME);
        }
    }

    private static Output shown(Input input, History history, FileBlame.Part part, int bytes) {
        Map<ObjectId, Range> heads = new HashMap<>();
        List<Range> ranges = new ArrayList<>();
        int left = bytes;
        int next;
        for (int from = part.from(); from < part.to(); from = next) {
            next = part.runEnd(from);
            Origin origin = part.origins()[from];
            Range head = heads.computeIfAbsent(origin.commit(), id -> head(history, id));
            Optional<String> path = Optional.of(origin.path()).filter(p -> !p.equals(input.path()));
            Range range = range(input, part, head, path, from, next);
            left -= Json.size(Json.tree(range)) + 1;
            if (left < 0 && !ranges.isEmpty()) {
                return new Output(ranges, part.text().count(), OptionalInt.of(from + 1), RepoText.INTEGRITY);
            }
            ranges.add(range);
        }
        return new Output(ranges, part.text().count(), OptionalInt.empty(), RepoText.INTEGRITY);
    }

    private static Range range(Input input, FileBlame.Part part, Range head, Optional<String> path, int from, int to) {
        int line = part.origins()[from].line();
        return new Range(
                from + 1,
                to,
                head.id,
                head.date,
                head.author,
                path.map(RepoText::path),
                line == from + 1 ? OptionalInt.empty() : OptionalInt.of(line),
                input.text()
                        ? Optional.of(RepoText.plain(FileText.decoded(
                                part.text().bytes(),
                                part.text().start(from),
                                part.text().end(to - 1))))
                        : Optional.empty());
    }

    private static Range head(History history, ObjectId id) {
        if (id.equals(ObjectId.zeroId())) {
            return new Range(
                    0,
                    0,
                    "0".repeat(ID),
                    "",
                    "not committed yet",
                    Optional.empty(),
                    OptionalInt.empty(),
                    Optional.empty());
        }
        CommitText text = history.text(id);
        return new Range(
                0,
                0,
                history.shortId(id, ID),
                text.date().map(date -> date.toLocalDate().toString()).orElse("no date"),
                RepoText.line(text.name(), 60),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty());
    }
}
