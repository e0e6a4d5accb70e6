package dev.millwright.git.blame;

import dev.millwright.git.diff.Comparison;
import dev.millwright.git.diff.Content;
import dev.millwright.git.diff.FileChange;
import dev.millwright.git.diff.FileText;
import dev.millwright.git.diff.Lines;
import dev.millwright.git.diff.Renames;
import dev.millwright.git.diff.Version;
import dev.millwright.git.history.History;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.WorkTree;
import dev.millwright.git.work.WorkVersions;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Whose the lines of one version of a file are. */
public final class FileBlame {
    private final Repo repo;
    private final History history;
    private final Blames known;
    private final Blames.How how;
    private final String path;

    /** @param path from the top of the working tree */
    public FileBlame(Repo repo, History history, Blames known, Blames.How how, String path) {
        this.repo = repo;
        this.history = history;
        this.known = known;
        this.how = how;
        this.path = path;
    }

    /**
     * A part of a file and where each of its lines comes from.
     *
     * @param from first line, counted from 0
     * @param to past the last one
     * @param origins of all lines of the text; only those of the part are there
     */
    public record Part(Lines text, int from, int to, Origin[] origins) {
        /** Past the last line that follows this one in the same commit and file. */
        public int runEnd(int line) {
            int end = line + 1;
            while (end < to && origins[end - 1].isBefore(origins[end])) {
                end++;
            }
            return end;
        }
    }

    /**
     * As a commit has it.
     *
     * @param from first line, counted from 1
     * @param to last line; those past the file's last are not there
     */
    public Part at(Call call, ObjectId commit, int from, int to) {
        int number = history.of(commit);
        ObjectId blob = history.file(path)
                .file(number)
                .orElseThrow(() -> ToolException.notFound("the commit %s has no file %s"
                        .formatted(commit.abbreviate(10).name(), RepoText.path(path, 200))));
        try (Comparison comparison = new Comparison(repo, call)) {
            byte[] content = checked(Content.blob(comparison.reader(), blob));
            Lines text = new Lines(content);
            Chunk wanted = wanted(text, from, to);
            Optional<Origin[]> before =
                    Optional.ofNullable(known.of(repo, how, path).get(commit));
            Origin[] origins =
                    before.orElseGet(() -> new Blamer(repo, history, comparison, call, how, known, text.count())
                            .run(number, path, blob, content, wanted));
            if (before.isEmpty() && wanted.count() == text.count()) {
                known.keep(repo, how, commit, path, origins);
            }
            return new Part(text, wanted.from(), wanted.end(), origins);
        }
    }

    /** As it is in the working tree; parameters as for {@link #at}. */
    public Part now(Call call, int from, int to) {
        Optional<ObjectId> head = head();
        Optional<ObjectId> committed = head.flatMap(id -> history.file(path).file(history.of(id)));
        try (Comparison comparison = new Comparison(repo, call);
                WorkVersions versions = new WorkVersions(repo)) {
            Optional<PathChange.Side> indexed = new WorkTree(repo).indexed(path);
            PathChange.Side side = versions.side(path, indexed)
                    .filter(now -> now.mode().getObjectType() == Constants.OBJ_BLOB)
                    .filter(now -> committed.isPresent() || indexed.isPresent())
                    .orElseThrow(() ->
                            ToolException.notFound("the working tree has no tracked file " + RepoText.path(path, 200)));
            if (committed.filter(side.id()::equals).isPresent()) {
                return at(call, head.orElseThrow(), from, to);
            }
            byte[] content = checked(new Content() {
                @Override
                public long size() {
                    return versions.size(path);
                }

                @Override
                public byte[] bytes() {
                    return versions.bytes(path, indexed.map(PathChange.Side::id));
                }
            });
            Lines text = new Lines(content);
            Chunk wanted = wanted(text, from, to);
            Optional<String> was = committed.isPresent() ? Optional.empty() : staged(call, comparison);
            Origin[] origins = new Blamer(repo, history, comparison, call, how, known, text.count())
                    .runUncommitted(path, content, wanted, parents(head), was);
            return new Part(text, wanted.from(), wanted.end(), origins);
        }
    }

    private Optional<ObjectId> head() {
        try {
            return Optional.ofNullable(repo.git().resolve(Constants.HEAD)).map(ObjectId::copy);
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    /** HEAD, and what is being merged into it. */
    private int[] parents(Optional<ObjectId> head) {
        try {
            List<ObjectId> merged = repo.git().readMergeHeads();
            return Stream.concat(head.stream(), merged == null ? Stream.empty() : merged.stream())
                    .mapToInt(history::of)
                    .toArray();
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    /** What HEAD calls a file that was renamed in the index. */
    private Optional<String> staged(Call call, Comparison comparison) {
        List<FileChange> changes =
                comparison.changes(new Version.Tree(new WorkTree(repo).headTree()), new Version.Index(), List.of());
        return Renames.in(call, changes, false, repo.config().maxTextBytes()).changes().stream()
                .filter(change -> change.kind() == FileChange.Kind.RENAMED
                        && change.path().equals(path))
                .findFirst()
                .flatMap(FileChange::oldPath);
    }

    private byte[] checked(Content content) {
        int most = repo.config().maxTextBytes();
        if (content.size() > most) {
            throw ToolException.limit("%s has %d bytes; at most %d are compared (max-text-bytes)"
                    .formatted(RepoText.path(path, 200), content.size(), most));
        }
        byte[] bytes = content.bytes();
        if (FileText.isBinary(bytes)) {
            throw ToolException.invalidInput(RepoText.path(path, 200) + " is binary: it has no lines");
        }
        return bytes;
    }

    private Chunk wanted(Lines text, int from, int to) {
        if (from > Math.max(1, text.count())) {
            throw ToolException.invalidInput(
                    "/startLine is %d, but %s has %d lines".formatted(from, RepoText.path(path, 200), text.count()));
        } else if (to < from) {
            throw ToolException.invalidInput("/endLine is before /startLine");
        }
        int last = Math.min(to, text.count());
        return new Chunk(from - 1, from - 1, last - from + 1);
    }
}
