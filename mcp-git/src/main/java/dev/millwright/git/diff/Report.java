package dev.millwright.git.diff;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.RepoText;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an answer says of changed files, within a number of bytes of JSON: patches by whole hunks, files that nobody reads
 * last and without one, and what did not fit named.
 */
public final class Report {
    /** How much is said of each file. */
    public enum Mode {
        PATCH,
        WORDS,
        STAT,
        NAMES
    }

    /**
     * @param context lines around each change
     * @param named paths that were asked for: a file among them is shown, whatever it is
     */
    public record Form(Mode mode, int context, FileDiff.Options options, Collection<String> named) {
        public Form {
            named = List.copyOf(named);
        }
    }

    /**
     * A part of what there is to say.
     *
     * @param unnamed files that are not even named
     * @param cursor leads to the rest
     */
    public record Page(List<FileReport> files, int unnamed, Optional<String> cursor) {
        public Page {
            files = List.copyOf(files);
        }

        /** As text. */
        public String text() {
            StringBuilder out = new StringBuilder();
            files.forEach(file -> file.shown(out));
            if (unnamed > 0) {
                out.append("# ").append(unnamed).append(" more files\n");
            }
            cursor.ifPresent(c -> out.append("# more with cursor ").append(c).append('\n'));
            return out.toString();
        }
    }

    /** Bytes of JSON that a file takes beside its texts. */
    private static final int FRAME = 110;

    /** Less is not worth a patch. */
    private static final int LEAST = 200;

    private final Call call;
    private final List<FileChange> changes;
    private final Form form;
    private final String stamp;
    private final List<FileReport> files = new ArrayList<>();
    private int left;
    private int unnamed;
    private Optional<Position> next = Optional.empty();

    /** A place between lines of hunks; {@code line} counts those of the hunk that were shown. */
    private record Position(int file, int hunk, int line) {}

    public Report(Call call, List<FileChange> changes, Form form) {
        this.call = call;
        this.form = form;
        this.changes = new ArrayList<>(changes);
        if (form.mode == Mode.PATCH || form.mode == Mode.WORDS) {
            this.changes.sort(Comparator.comparing(this::isNoise));
        }
        long sum = form.context * 31L + form.mode.ordinal() * 7L + (form.options.ignoringSpace() ? 1 : 0);
        for (FileChange change : this.changes) {
            sum = sum * 1_000_003 + change.path().hashCode();
            sum = sum * 31 + change.from().map(from -> from.id().hashCode()).orElse(0);
            sum = sum * 31 + change.to().map(to -> to.id().hashCode()).orElse(0);
        }
        stamp = Long.toString(sum & Long.MAX_VALUE, 36);
    }

    private boolean isNoise(FileChange change) {
        return !form.named.contains(change.path())
                && form.options
                        .attributes()
                        .flag(change.path(), "linguist-generated")
                        .orElseGet(() -> Noise.isNamedSo(change.path()));
    }

    /**
     * @param bytes of JSON that the page may take
     * @throws ToolException {@code INVALID_INPUT} for what is no cursor, {@code CONFLICT} for one of other changes
     */
    public Page page(Optional<String> cursor, int bytes) {
        Position at = cursor.map(this::position).orElse(new Position(0, 0, 0));
        left = bytes;
        if (form.mode == Mode.STAT || form.mode == Mode.NAMES) {
            lines(at.file);
        } else {
            patches(at);
        }
        return new Page(files, unnamed, next.map(this::cursor));
    }

    private void lines(int from) {
        for (int i = from; i < changes.size(); i++) {
            CallMonitor.check(call);
            Optional<FileReport> line = line(changes.get(i));
            if (line.isPresent() && !take(line.get())) {
                next = Optional.of(new Position(i, 0, 0));
                unnamed = changes.size() - i;
                return;
            }
        }
    }

    /** Empty where nothing but white space changed and that is ignored. */
    private Optional<FileReport> line(FileChange change) {
        if (form.mode == Mode.NAMES) {
            return Optional.of(report(change, OptionalInt.empty(), OptionalInt.empty(), ""));
        }
        FileDiff diff = FileDiff.of(change, form.options);
        return diff.isNothing() ? Optional.empty() : Optional.of(report(diff));
    }

    private void patches(Position start) {
        int count = changes.size() - start.file;
        int forNames = count == 1 ? 0 : Math.min(left / 4, count * 150);
        int each = count == 1 ? left : Math.max((left - forNames) / 4, (left - forNames) / Math.max(1, count));
        for (int i = start.file; i < changes.size(); i++) {
            CallMonitor.check(call);
            FileDiff diff = FileDiff.of(changes.get(i), form.options);
            if (diff.isNothing()) {
                continue;
            }
            Position from = i == start.file ? start : new Position(i, 0, 0);
            if (next.isEmpty() && !isHidden(diff)) {
                int room = Math.min(each, left - forNames);
                if (room >= LEAST) {
                    add(patch(diff, from, room, count == 1));
                    continue;
                }
                next = Optional.of(from);
            }
            String why = isHidden(diff) ? "generated; name it in paths to see it" : "no room";
            if (!take(with(report(diff), Optional.empty(), Optional.of(why)))) {
                next = next.or(() -> Optional.of(from));
                unnamed = changes.size() - i;
                return;
            }
        }
    }

    private boolean isHidden(FileDiff diff) {
        return isNoise(diff.change())
                || !form.named.contains(diff.change().path())
                        && diff.text().filter(Noise::isMinified).isPresent();
    }

    /** What fits of a file's hunks: whole ones, the first of them cut where it alone is too long. */
    private FileReport patch(FileDiff diff, Position from, int most, boolean alone) {
        FileReport line = report(diff);
        if (diff.change().kind() == FileChange.Kind.TYPE_CHANGED) {
            return replaced(line, diff.change(), most);
        }
        StringBuilder patch = new StringBuilder(PatchText.header(diff));
        int room = most - cost(line) - size(patch.toString()) - FRAME;
        List<Hunk> hunks = diff.hunks(form.context);
        int hunk = from.hunk;
        int shownOfHunk = from.line;
        while (hunk < hunks.size()) {
            FileDiff.Texts texts = diff.text().orElseThrow();
            String words = form.mode == Mode.WORDS ? WordText.hunk(texts, hunks.get(hunk)) : "";
            boolean asWords = !words.isEmpty() && size(words) <= room;
            PatchText.Part part = asWords
                    ? new PatchText.Part(words, 0, true)
                    : PatchText.part(texts, hunks.get(hunk), shownOfHunk, room);
            if (!part.whole() && hunk > from.hunk) {
                break;
            }
            patch.append(part.text());
            room -= size(part.text());
            shownOfHunk = part.whole() ? 0 : shownOfHunk + part.lines();
            if (!part.whole()) {
                break;
            }
            hunk++;
        }
        if (hunk == hunks.size()) {
            return with(line, Optional.of(patch.toString()), Optional.empty());
        }
        if (alone) {
            next = Optional.of(new Position(from.file, hunk, shownOfHunk));
        }
        return with(line, Optional.of(patch.toString()), Optional.of(rest(hunks, hunk, shownOfHunk > 0)));
    }

    /** What is of another type now went and came: two patches, both or none. */
    private FileReport replaced(FileReport line, FileChange change, int most) {
        StringBuilder patch = new StringBuilder();
        for (FileChange part : List.of(
                FileChange.deleted(change.from().orElseThrow()),
                FileChange.added(change.to().orElseThrow()))) {
            FileDiff diff = FileDiff.of(part, form.options);
            patch.append(PatchText.header(diff));
            diff.text()
                    .ifPresent(texts ->
                            diff.hunks(form.context).forEach(hunk -> patch.append(PatchText.hunk(texts, hunk))));
        }
        return size(patch.toString()) + cost(line) <= most
                ? with(line, Optional.of(patch.toString()), Optional.empty())
                : with(line, Optional.empty(), Optional.of("no room"));
    }

    private static String rest(List<Hunk> hunks, int from, boolean begun) {
        int added = 0;
        int removed = 0;
        for (Hunk hunk : hunks.subList(from, hunks.size())) {
            added += hunk.added();
            removed += hunk.removed();
        }
        String which =
                from + 1 == hunks.size() ? "hunk " + (from + 1) : "hunks %d-%d".formatted(from + 1, hunks.size());
        return "%s%s, +%d -%d".formatted(begun ? "rest of " : "", which, added, removed);
    }

    private boolean take(FileReport file) {
        if (cost(file) > left && !files.isEmpty()) {
            return false;
        }
        add(file);
        return true;
    }

    private void add(FileReport file) {
        left -= cost(file);
        files.add(file);
    }

    private static int cost(FileReport file) {
        return FRAME
                + size(file.path())
                + file.from().map(Report::size).orElse(0)
                + file.note().map(Report::size).orElse(0)
                + file.patch().map(Report::size).orElse(0)
                + file.omitted().map(Report::size).orElse(0);
    }

    private static int size(String text) {
        return Json.size(TextNode.valueOf(text));
    }

    private static FileReport report(FileDiff diff) {
        boolean counted = diff.text().isPresent() || diff.note().isEmpty();
        return report(
                diff.change(),
                counted ? OptionalInt.of(diff.added()) : OptionalInt.empty(),
                counted ? OptionalInt.of(diff.removed()) : OptionalInt.empty(),
                diff.note());
    }

    private static FileReport report(FileChange change, OptionalInt added, OptionalInt removed, String note) {
        List<String> notes = new ArrayList<>();
        if (change.from().isPresent() && change.to().isPresent() && !change.sameMode()) {
            notes.add("mode %06o to %06o"
                    .formatted(
                            FileChange.mode(change.from()).getBits(),
                            FileChange.mode(change.to()).getBits()));
        }
        if (change.oldPath().isPresent() && change.similarity() < 100) {
            notes.add(change.similarity() + "% alike");
        }
        if (!note.isEmpty()) {
            notes.add(note);
        }
        return new FileReport(
                RepoText.path(change.path()),
                change.oldPath().map(RepoText::path),
                String.valueOf(change.kind().letter()),
                added,
                removed,
                notes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", notes)),
                Optional.empty(),
                Optional.empty());
    }

    private static FileReport with(FileReport file, Optional<String> patch, Optional<String> omitted) {
        return new FileReport(
                file.path(), file.from(), file.status(), file.added(), file.removed(), file.note(), patch, omitted);
    }

    private String cursor(Position at) {
        return "%d.%d.%d.%s".formatted(at.file, at.hunk, at.line, stamp);
    }

    private Position position(String cursor) {
        String[] parts = cursor.split("\\.");
        try {
            if (parts.length == 4) {
                Position at = new Position(
                        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
                if (!parts[3].equals(stamp)) {
                    throw ToolException.conflict(
                            "/cursor is of another diff, or there were changes since; ask without");
                } else if (at.file >= 0 && at.file < changes.size() && at.hunk >= 0 && at.line >= 0) {
                    return at;
                }
            }
        } catch (NumberFormatException e) {
            throw notOurs(cursor);
        }
        throw notOurs(cursor);
    }

    private static ToolException notOurs(String cursor) {
        return ToolException.invalidInput("/cursor is none that was given: " + RepoText.line(cursor, 60));
    }
}
