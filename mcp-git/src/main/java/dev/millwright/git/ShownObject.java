package dev.millwright.git;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.git.diff.BlobText;
import dev.millwright.git.diff.Comparison;
import dev.millwright.git.diff.Content;
import dev.millwright.git.diff.FileChange;
import dev.millwright.git.diff.FileDiff;
import dev.millwright.git.diff.FileReport;
import dev.millwright.git.diff.FileText;
import dev.millwright.git.diff.Renames;
import dev.millwright.git.diff.Report;
import dev.millwright.git.diff.Version;
import dev.millwright.git.history.CommitText;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.work.WorkPaths;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevBlob;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/** What {@code git_show} answers of one object. */
final class ShownObject implements AutoCloseable {
    /** Bytes of JSON around what is shown. */
    private static final int FRAME = 500;

    private static final int ID = 12;

    /** Characters of a message. */
    private static final int MESSAGE = 20_000;

    private final Repo repo;
    private final Call call;
    private final GitShow.Input input;
    private final RevWalk walk;
    private final Comparison comparison;
    private final int room;

    ShownObject(Repo repo, Call call, GitShow.Input input) {
        this.repo = repo;
        this.call = call;
        this.input = input;
        this.walk = new RevWalk(repo.git());
        this.comparison = new Comparison(repo, call);
        this.room = call.budget() * 4 - FRAME;
    }

    /** @throws ToolException {@code NOT_FOUND} for what is not there, {@code LIMIT} for a file too large to be shown */
    GitShow.Output output() {
        ObjectId id = Revisions.object(repo, "object", input.object());
        try {
            Optional<String> path = input.path().map(text -> WorkPaths.one("path", text));
            return path.isEmpty() ? shown(walk.parseAny(id)) : shownAt(walk.parseTree(id), path.get());
        } catch (MissingObjectException e) {
            throw repo.lacks(e.getObjectId());
        } catch (IncorrectObjectTypeException e) {
            throw ToolException.invalidInput("/object has no files: " + RepoText.line(input.object(), 100));
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    private GitShow.Output shown(RevObject object) throws IOException {
        return switch (object) {
            case RevCommit commit -> commit(commit);
            case RevTag tag -> tag(tag);
            case RevTree tree -> tree(tree);
            case RevBlob blob -> blob(blob);
            default -> throw new IllegalStateException("a fifth type of object");
        };
    }

    private GitShow.Output shownAt(RevTree tree, String path) throws IOException {
        if (path.isEmpty()) {
            return tree(tree);
        }
        try (TreeWalk found = TreeWalk.forPath(comparison.reader(), path, tree)) {
            if (found == null) {
                throw ToolException.notFound(
                        "%s has nothing at %s".formatted(RepoText.line(input.object(), 100), RepoText.path(path, 200)));
            } else if (found.getFileMode(0).equals(FileMode.GITLINK)) {
                return new Shown("submodule", found.getObjectId(0)).output();
            }
            return shown(walk.parseAny(found.getObjectId(0)));
        }
    }

    private GitShow.Output commit(RevCommit commit) throws IOException {
        CommitText text = CommitText.of(commit.getRawBuffer());
        Shown shown = new Shown("commit", commit);
        shown.parents = Optional.of(Stream.of(commit.getParents())
                .map(parent -> parent.abbreviate(ID).name())
                .toList());
        shown.author = Optional.of(RepoText.line(text.author(), 200));
        shown.date = text.date().map(Object::toString);
        shown.message = Optional.of(message(text.message()));
        shown.note = text.garbled()
                .or(() -> commit.getParentCount() > 1
                        ? Optional.of("a merge: changes are those since its first parent")
                        : Optional.empty());
        ObjectId before = ObjectId.zeroId();
        if (commit.getParentCount() > 0) {
            before = walk.parseCommit(commit.getParent(0)).getTree();
        }
        Version to = new Version.Tree(commit.getTree());
        List<FileChange> changes = Renames.in(
                        call,
                        comparison.changes(new Version.Tree(before), to, List.of()),
                        false,
                        repo.config().maxTextBytes())
                .changes();
        FileDiff.Options options = new FileDiff.Options(false, repo.config().maxTextBytes(), comparison.attributes(to));
        int left = room - size(shown.message.get());
        Report.Page page = new Report(call, changes, new Report.Form(input.mode(), 3, options, List.of()))
                .page(input.cursor(), left);
        if (page.unnamed() > 0) {
            shown.note = Optional.of(page.unnamed() + " files are not named yet");
        }
        shown.files = Optional.of(page.files());
        shown.cursor = page.cursor();
        return shown.output();
    }

    private String message(String message) {
        int most = Math.min(MESSAGE, room / 4);
        String text = message.strip();
        return RepoText.plain(text.length() <= most ? text : text.substring(0, most) + "…");
    }

    private GitShow.Output tag(RevTag tag) throws IOException {
        walk.parseBody(tag);
        Shown shown = new Shown("tag", tag);
        PersonIdent tagger = tag.getTaggerIdent();
        if (tagger != null) {
            shown.author =
                    Optional.of(RepoText.line("%s <%s>".formatted(tagger.getName(), tagger.getEmailAddress()), 200));
            shown.date = Optional.of(tagger.getWhenAsInstant()
                    .atZone(tagger.getZoneId())
                    .toOffsetDateTime()
                    .toString());
        }
        shown.message = Optional.of(message(tag.getFullMessage()));
        shown.note = Optional.of("tags " + Constants.typeString(tag.getObject().getType()) + " "
                + tag.getObject().name());
        return shown.output();
    }

    private GitShow.Output tree(RevTree tree) throws IOException {
        List<String> entries = new ArrayList<>();
        int skip = input.cursor().map(this::position).orElse(0);
        int left = room;
        Shown shown = new Shown("tree", tree);
        try (TreeWalk entry = new TreeWalk(comparison.reader())) {
            entry.addTree(tree);
            for (int i = 0; entry.next(); i++) {
                if ((i & 1023) == 0) {
                    CallMonitor.check(call);
                }
                String name = RepoText.path(entry.getNameString()) + mark(entry.getFileMode(0));
                left -= i < skip ? 0 : size(name) + 1;
                if (left < 0 && !entries.isEmpty()) {
                    shown.cursor = Optional.of(Integer.toString(i));
                    break;
                } else if (i >= skip) {
                    entries.add(name);
                }
            }
        }
        shown.entries = Optional.of(entries);
        return shown.output();
    }

    private int position(String cursor) {
        try {
            return Math.max(0, Integer.parseInt(cursor));
        } catch (NumberFormatException e) {
            throw ToolException.invalidInput("/cursor is none that was given: " + RepoText.line(cursor, 60));
        }
    }

    private static String mark(FileMode mode) {
        return mode.equals(FileMode.TREE)
                ? "/"
                : mode.equals(FileMode.SYMLINK) ? "@" : mode.equals(FileMode.GITLINK) ? " (submodule)" : "";
    }

    private GitShow.Output blob(RevBlob blob) {
        Content content = Content.blob(comparison.reader(), blob);
        long size = content.size();
        if (size > repo.config().maxTextBytes()) {
            throw ToolException.limit("it has %d bytes; at most %d are shown (max-text-bytes)"
                    .formatted(size, repo.config().maxTextBytes()));
        }
        Shown shown = new Shown("blob", blob);
        byte[] bytes = content.bytes();
        if (FileText.isBinary(bytes)) {
            shown.note = Optional.of("binary, %d bytes".formatted(size));
            return shown.output();
        } else if (FileText.isLfsPointer(bytes)) {
            shown.note = Optional.of("LFS pointer: the file itself is not in the repository");
        }
        BlobText text = BlobText.of(bytes, input.startLine(), input.endLine(), room);
        shown.text = Optional.of(text.text());
        shown.lines = OptionalInt.of(text.total());
        shown.nextLine = text.more() ? OptionalInt.of(text.last() + 1) : OptionalInt.empty();
        return shown.output();
    }

    private static int size(String text) {
        return Json.size(TextNode.valueOf(text));
    }

    /** An answer in the making. */
    private static final class Shown {
        private final String kind;
        private final String id;
        Optional<List<String>> parents = Optional.empty();
        Optional<String> author = Optional.empty();
        Optional<String> date = Optional.empty();
        Optional<String> message = Optional.empty();
        Optional<List<FileReport>> files = Optional.empty();
        Optional<List<String>> entries = Optional.empty();
        Optional<String> text = Optional.empty();
        OptionalInt lines = OptionalInt.empty();
        OptionalInt nextLine = OptionalInt.empty();
        Optional<String> note = Optional.empty();
        Optional<String> cursor = Optional.empty();

        Shown(String kind, ObjectId id) {
            this.kind = kind;
            this.id = id.name();
        }

        GitShow.Output output() {
            return new GitShow.Output(
                    kind,
                    id,
                    parents,
                    author,
                    date,
                    message,
                    files,
                    entries,
                    text,
                    lines,
                    nextLine,
                    note,
                    cursor,
                    RepoText.INTEGRITY);
        }
    }

    @Override
    public void close() {
        comparison.close();
        walk.close();
    }
}
