package dev.millwright.filesystem.patch;

import static dev.millwright.filesystem.patch.PatchReader.plain;
import static dev.millwright.filesystem.patch.PatchReader.wrong;

import dev.millwright.filesystem.patch.Hunk.Line;
import dev.millwright.filesystem.patch.Hunk.Op;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A patch as {@code diff -u} and {@code git diff} write it. Counts in hunk headers are only used to tell where a hunk
 * ends, since writers that are not programs get them wrong.
 */
final class UnifiedPatch {
    private static final Pattern HEADER =
            Pattern.compile("@@ -(\\d{1,9})(?:,(\\d{1,9}))? \\+(\\d{1,9})(?:,(\\d{1,9}))? @@.*");

    private final List<String> lines;
    private final List<FilePatch> files = new ArrayList<>();
    private int at;

    UnifiedPatch(List<String> lines) {
        this.lines = lines;
    }

    List<FilePatch> files() {
        while (at < lines.size()) {
            String line = plain(lines.get(at));
            if (line.startsWith("diff --git ")) {
                gitFile();
            } else if (isFileStart(at)) {
                contentFile(Optional.empty(), Optional.empty());
            } else if (line.startsWith("@@ -")) {
                throw wrong(at, "begins a hunk before any file was named");
            } else {
                at++;
            }
        }
        return files;
    }

    private boolean isFileStart(int line) {
        return line + 1 < lines.size()
                && lines.get(line).startsWith("--- ")
                && lines.get(line + 1).startsWith("+++ ");
    }

    private void gitFile() {
        int start = at;
        String names = plain(lines.get(at++)).substring("diff --git ".length());
        Optional<String> from = Optional.empty();
        Optional<String> to = Optional.empty();
        boolean added = false;
        boolean deleted = false;
        while (at < lines.size() && !isFileStart(at) && !lines.get(at).startsWith("diff --git ")) {
            String line = plain(lines.get(at));
            if (line.startsWith("rename from ")) {
                from = Optional.of(unquoted(line.substring("rename from ".length())));
            } else if (line.startsWith("rename to ")) {
                to = Optional.of(unquoted(line.substring("rename to ".length())));
            } else if (line.startsWith("copy from ")) {
                throw wrong(at, "copies a file; write the copy as a new file");
            } else if (line.startsWith("GIT binary patch") || line.startsWith("Binary files ")) {
                throw wrong(at, "is a binary patch; only text can be patched");
            }
            added |= line.startsWith("new file mode ");
            deleted |= line.startsWith("deleted file mode ");
            at++;
        }
        if (at < lines.size() && isFileStart(at)) {
            contentFile(from, to);
        } else if (from.isPresent() && to.isPresent()) {
            files.add(new FilePatch(from, to, List.of()));
        } else if (added || deleted) {
            String path = twice(names, start);
            files.add(new FilePatch(
                    added ? Optional.empty() : Optional.of(path),
                    deleted ? Optional.empty() : Optional.of(path),
                    List.of()));
        } else {
            throw wrong(start, "changes no content; modes cannot be patched");
        }
    }

    /** The path in {@code a/path b/path}. */
    private static String twice(String names, int line) {
        String half = names.substring(0, names.length() / 2);
        if (names.startsWith("\"")) {
            half = unquoted(half);
        }
        if (!half.startsWith("a/")) {
            throw wrong(line, "names no file");
        }
        return half.substring(2);
    }

    private void contentFile(Optional<String> renamedFrom, Optional<String> renamedTo) {
        int start = at;
        Optional<String> old = path(lines.get(at++).substring(4));
        Optional<String> now = path(lines.get(at++).substring(4));
        boolean prefixed = old.map(path -> path.startsWith("a/")).orElse(true)
                && now.map(path -> path.startsWith("b/")).orElse(true);
        Optional<String> from = renamedFrom.or(() -> old.map(path -> prefixed ? path.substring(2) : path));
        Optional<String> to = renamedTo.or(() -> now.map(path -> prefixed ? path.substring(2) : path));
        if (from.isEmpty() && to.isEmpty()) {
            throw wrong(start, "names /dev/null twice");
        }
        List<Hunk> hunks = new ArrayList<>();
        while (at < lines.size() && lines.get(at).startsWith("@@")) {
            hunks.add(hunk());
            while (at < lines.size() && plain(lines.get(at)).isEmpty()) {
                at++;
            }
        }
        if (hunks.isEmpty() && renamedFrom.isEmpty()) {
            throw wrong(Math.min(at, lines.size() - 1), "should begin a hunk: @@ -1,3 +1,3 @@");
        }
        files.add(new FilePatch(from, to, hunks));
    }

    private Hunk hunk() {
        Matcher header = HEADER.matcher(plain(lines.get(at)));
        if (!header.matches()) {
            throw wrong(at, "is no hunk header, as in @@ -1,3 +1,3 @@");
        }
        int oldCount = header.group(2) == null ? 1 : Integer.parseInt(header.group(2));
        int newCount = header.group(4) == null ? 1 : Integer.parseInt(header.group(4));
        at++;
        List<Line> body = new ArrayList<>();
        int olds = 0;
        int news = 0;
        for (; at < lines.size(); at++) {
            String line = lines.get(at);
            boolean complete = olds >= oldCount && news >= newCount;
            if (line.startsWith("\\")) {
                Line last = body.isEmpty() ? new Line(Op.KEEP, "", true) : body.removeLast();
                body.add(new Line(last.op(), last.text(), false));
                continue;
            } else if (complete && (plain(line).isEmpty() || plain(line).equals("-- "))
                    || isFileStart(at) && (complete || !line.startsWith("--- -"))
                    || !plain(line).isEmpty() && " +-".indexOf(line.charAt(0)) < 0) {
                break;
            }
            Op op = line.startsWith("+") ? Op.ADD : line.startsWith("-") ? Op.REMOVE : Op.KEEP;
            body.add(new Line(op, line.isEmpty() ? "" : line.substring(1), true));
            olds += op == Op.ADD ? 0 : 1;
            news += op == Op.REMOVE ? 0 : 1;
        }
        if (body.isEmpty()) {
            throw wrong(at - 1, "begins a hunk without lines");
        }
        // "-0,0" and "-5,0" name the line after which lines are added.
        int start = Integer.parseInt(header.group(1)) + (oldCount == 0 ? 1 : 0);
        return new Hunk(OptionalInt.of(Math.max(1, start)), List.of(), body, false);
    }

    /** Of a {@code ---} or {@code +++} line: without the time that follows a tab; empty for none. */
    private static Optional<String> path(String rest) {
        String line = plain(rest);
        String name = line.startsWith("\"")
                ? unquoted(line)
                : line.contains("\t") ? line.substring(0, line.indexOf('\t')) : line.stripTrailing();
        return name.equals("/dev/null") ? Optional.empty() : Optional.of(name);
    }

    /** Git quotes names with bytes beyond ASCII as C strings. */
    private static String unquoted(String name) {
        if (!name.startsWith("\"")) {
            return name;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 1; i < name.length() && name.charAt(i) != '"'; i++) {
            char c = name.charAt(i);
            if (c == '\\' && i + 1 < name.length()) {
                c = name.charAt(++i);
                if (c >= '0' && c <= '3' && i + 2 < name.length()) {
                    bytes.write((c - '0') << 6 | (name.charAt(i + 1) - '0') << 3 | name.charAt(i + 2) - '0');
                    i += 2;
                } else {
                    bytes.write(c == 't' ? '\t' : c == 'n' ? '\n' : c);
                }
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
