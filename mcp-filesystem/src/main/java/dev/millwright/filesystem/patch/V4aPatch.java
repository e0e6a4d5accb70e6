package dev.millwright.filesystem.patch;

import static dev.millwright.filesystem.patch.PatchReader.plain;
import static dev.millwright.filesystem.patch.PatchReader.wrong;

import dev.millwright.filesystem.patch.Hunk.Line;
import dev.millwright.filesystem.patch.Hunk.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A patch by context alone, between {@code *** Begin Patch} and {@code *** End Patch}. */
final class V4aPatch {
    private static final String ADD = "*** Add File: ";
    private static final String DELETE = "*** Delete File: ";
    private static final String UPDATE = "*** Update File: ";
    private static final String MOVE = "*** Move to: ";
    private static final String END_OF_FILE = "*** End of File";

    private final List<String> lines;
    private int at;

    V4aPatch(List<String> lines) {
        this.lines = lines;
    }

    List<FilePatch> files() {
        List<FilePatch> files = new ArrayList<>();
        while (at < lines.size()) {
            String line = plain(lines.get(at));
            if (line.startsWith(ADD)) {
                at++;
                files.add(new FilePatch(Optional.empty(), Optional.of(path(line, ADD)), added()));
            } else if (line.startsWith(DELETE)) {
                at++;
                files.add(new FilePatch(Optional.of(path(line, DELETE)), Optional.empty(), List.of()));
            } else if (line.startsWith(UPDATE)) {
                at++;
                files.add(updated(path(line, UPDATE)));
            } else if (line.isBlank() || line.equals("*** Begin Patch") || line.equals("*** End Patch")) {
                at++;
            } else {
                throw wrong(at, "should be *** Add File:, *** Update File:, *** Delete File: or *** End Patch");
            }
        }
        return files;
    }

    private static String path(String line, String before) {
        return line.substring(before.length()).strip();
    }

    private List<Hunk> added() {
        List<Line> body = new ArrayList<>();
        for (; at < lines.size() && !isSection(); at++) {
            if (!lines.get(at).startsWith("+")) {
                throw wrong(at, "must begin with +, as every line of a new file");
            }
            body.add(new Line(Op.ADD, lines.get(at).substring(1), true));
        }
        return body.isEmpty() ? List.of() : List.of(new Hunk(OptionalInt.of(1), List.of(), body, false));
    }

    private FilePatch updated(String from) {
        String to = from;
        if (at < lines.size() && plain(lines.get(at)).startsWith(MOVE)) {
            to = path(plain(lines.get(at++)), MOVE);
        }
        List<Hunk> hunks = new ArrayList<>();
        while (at < lines.size() && !isSection()) {
            hunks.add(hunk());
        }
        if (hunks.isEmpty() && to.equals(from)) {
            throw wrong(
                    Math.min(at, lines.size() - 1),
                    "should begin a change of " + from + ", with @@ or a line of context");
        }
        return new FilePatch(Optional.of(from), Optional.of(to), hunks);
    }

    private Hunk hunk() {
        List<String> anchors = new ArrayList<>();
        int start = at;
        for (; at < lines.size() && lines.get(at).startsWith("@@"); at++) {
            String anchor = plain(lines.get(at)).substring(2);
            if (!anchor.isBlank()) {
                anchors.add(anchor.startsWith(" ") ? anchor.substring(1) : anchor);
            }
        }
        List<Line> body = new ArrayList<>();
        boolean atEnd = false;
        for (; at < lines.size() && !isSection() && !lines.get(at).startsWith("@@"); at++) {
            String line = lines.get(at);
            if (plain(line).equals(END_OF_FILE)) {
                atEnd = true;
                at++;
                break;
            } else if (!plain(line).isEmpty() && " +-".indexOf(line.charAt(0)) < 0) {
                throw wrong(at, "must begin with a blank, + or -");
            }
            Op op = line.startsWith("+") ? Op.ADD : line.startsWith("-") ? Op.REMOVE : Op.KEEP;
            body.add(new Line(op, line.isEmpty() ? "" : line.substring(1), true));
        }
        if (body.isEmpty()) {
            throw wrong(start, "begins a hunk without lines");
        }
        return new Hunk(OptionalInt.empty(), anchors, body, atEnd);
    }

    private boolean isSection() {
        String line = lines.get(at);
        return line.startsWith(ADD)
                || line.startsWith(DELETE)
                || line.startsWith(UPDATE)
                || plain(line).equals("*** End Patch");
    }
}
