package dev.millwright.git.merge;

import dev.millwright.git.merge.LineDiff.Change;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Two texts merged over a third. Follows Git line by line: changes that touch each other conflict, conflicts are narrowed
 * to the lines in which the sides differ, and conflicts with at most three lines between them become one.
 */
public final class TextMerge {
    /** Which lines a conflict is settled with. */
    public enum Favor {
        NONE,
        OURS,
        THEIRS,
        UNION
    }

    /**
     * What the markers say.
     *
     * @param size characters of a marker, 7 as a rule
     */
    record Markers(String ours, String theirs, int size) {}

    /**
     * A stretch that both sides changed: lines counted from 0, ends exclusive.
     *
     * @param from of ours
     * @param theirFrom of theirs
     */
    public record Hunk(int from, int to, int theirFrom, int theirTo) {}

    /** @param hunks what conflicts; empty for a clean merge */
    record Merged(byte[] text, List<Hunk> hunks) {}

    private enum Kind {
        CONFLICT,
        OURS,
        THEIRS,
        SAME
    }

    /** A stretch of ours and theirs, and whose it is. */
    private static final class Part {
        private Kind kind;
        private int ours;
        private int oursLines;
        private int theirs;
        private int theirsLines;

        Part(Kind kind, int ours, int oursLines, int theirs, int theirsLines) {
            this.kind = kind;
            this.ours = ours;
            this.oursLines = oursLines;
            this.theirs = theirs;
            this.theirsLines = theirsLines;
        }
    }

    private static final int LINES_BETWEEN = 3;

    private final Lines base;
    private final Lines ours;
    private final Lines theirs;
    private final int kinds;
    private final Runnable check;

    private TextMerge(byte[] base, byte[] ours, byte[] theirs, Runnable check) {
        Lines.Numbering numbering = new Lines.Numbering();
        this.base = numbering.lines(base);
        this.ours = numbering.lines(ours);
        this.theirs = numbering.lines(theirs);
        this.kinds = numbering.kinds();
        this.check = check;
    }

    static Merged merge(byte[] base, byte[] ours, byte[] theirs, Favor favor, Markers markers, Runnable check) {
        return new TextMerge(base, ours, theirs, check).merge(favor, markers);
    }

    /** Only what conflicts, in lines of ours and theirs. */
    public static List<Hunk> conflicts(byte[] base, byte[] ours, byte[] theirs, Runnable check) {
        return merge(base, ours, theirs, Favor.NONE, new Markers("", "", 7), check)
                .hunks();
    }

    private Merged merge(Favor favor, Markers markers) {
        List<Change> toOurs = LineDiff.of(base.numbers(), ours.numbers(), kinds, check);
        List<Change> toTheirs = LineDiff.of(base.numbers(), theirs.numbers(), kinds, check);
        if (toOurs.isEmpty()) {
            return new Merged(theirs.text(), List.of());
        } else if (toTheirs.isEmpty()) {
            return new Merged(ours.text(), List.of());
        }
        List<Part> parts = joined(narrowed(parts(toOurs, toTheirs)));
        List<Hunk> hunks = favor != Favor.NONE
                ? List.of()
                : parts.stream()
                        .filter(part -> part.kind == Kind.CONFLICT)
                        .map(part -> new Hunk(
                                part.ours, part.ours + part.oursLines, part.theirs, part.theirs + part.theirsLines))
                        .toList();
        return new Merged(text(parts, favor, markers), hunks);
    }

    private List<Part> parts(List<Change> toOurs, List<Change> toTheirs) {
        List<Part> parts = new ArrayList<>();
        int o = 0;
        int t = 0;
        int shiftOurs = 0;
        int shiftTheirs = 0;
        while (o < toOurs.size() || t < toTheirs.size()) {
            if (t == toTheirs.size()
                    || o < toOurs.size()
                            && toOurs.get(o).oldEnd() < toTheirs.get(t).a()) {
                Change our = toOurs.get(o++);
                add(parts, new Part(Kind.OURS, our.b(), our.newLines(), our.a() + shiftTheirs, our.oldLines()));
                shiftOurs = our.newEnd() - our.oldEnd();
                continue;
            } else if (o == toOurs.size()
                    || toTheirs.get(t).oldEnd() < toOurs.get(o).a()) {
                Change their = toTheirs.get(t++);
                add(parts, new Part(Kind.THEIRS, their.a() + shiftOurs, their.oldLines(), their.b(), their.newLines()));
                shiftTheirs = their.newEnd() - their.oldEnd();
                continue;
            }
            Change our = toOurs.get(o);
            Change their = toTheirs.get(t);
            if (!isSame(our, their)) {
                int start = our.a() - their.a();
                int end = our.oldEnd() - their.oldEnd();
                int ourStart = our.b() - Math.max(start, 0);
                int theirStart = their.b() + Math.min(start, 0);
                int ourEnd = our.newEnd() - Math.min(end, 0);
                int theirEnd = their.newEnd() + Math.max(end, 0);
                add(parts, new Part(Kind.CONFLICT, ourStart, ourEnd - ourStart, theirStart, theirEnd - theirStart));
            }
            if (our.oldEnd() >= their.oldEnd()) {
                shiftTheirs = their.newEnd() - their.oldEnd();
                t++;
            }
            if (their.oldEnd() >= our.oldEnd()) {
                shiftOurs = our.newEnd() - our.oldEnd();
                o++;
            }
        }
        return parts;
    }

    private boolean isSame(Change our, Change their) {
        return our.a() == their.a()
                && our.oldLines() == their.oldLines()
                && our.newLines() == their.newLines()
                && Arrays.equals(ours.numbers(), our.b(), our.newEnd(), theirs.numbers(), their.b(), their.newEnd());
    }

    /** Appends, or grows the last part where they touch. */
    private static void add(List<Part> parts, Part part) {
        Part last = parts.isEmpty() ? part : parts.getLast();
        if (last != part
                && (part.ours <= last.ours + last.oursLines || part.theirs <= last.theirs + last.theirsLines)) {
            if (part.kind != last.kind) {
                last.kind = Kind.CONFLICT;
            }
            last.oursLines = part.ours + part.oursLines - last.ours;
            last.theirsLines = part.theirs + part.theirsLines - last.theirs;
        } else {
            parts.add(part);
        }
    }

    /** Conflicts reduced to the lines in which the sides differ. */
    private List<Part> narrowed(List<Part> parts) {
        List<Part> narrow = new ArrayList<>();
        for (Part part : parts) {
            if (part.kind != Kind.CONFLICT || part.oursLines == 0 || part.theirsLines == 0) {
                narrow.add(part);
                continue;
            }
            List<Change> changes = LineDiff.of(
                    Arrays.copyOfRange(ours.numbers(), part.ours, part.ours + part.oursLines),
                    Arrays.copyOfRange(theirs.numbers(), part.theirs, part.theirs + part.theirsLines),
                    kinds,
                    check);
            if (changes.isEmpty()) {
                part.kind = Kind.SAME;
                narrow.add(part);
            }
            for (Change change : changes) {
                narrow.add(new Part(
                        Kind.CONFLICT,
                        part.ours + change.a(),
                        change.oldLines(),
                        part.theirs + change.b(),
                        change.newLines()));
            }
        }
        return narrow;
    }

    private static List<Part> joined(List<Part> parts) {
        List<Part> joined = new ArrayList<>();
        for (Part part : parts) {
            Part last = joined.isEmpty() ? part : joined.getLast();
            if (last != part
                    && last.kind == Kind.CONFLICT
                    && part.kind == Kind.CONFLICT
                    && part.ours - last.ours - last.oursLines <= LINES_BETWEEN) {
                last.oursLines = part.ours + part.oursLines - last.ours;
                last.theirsLines = part.theirs + part.theirsLines - last.theirs;
            } else {
                joined.add(part);
            }
        }
        return joined;
    }

    private byte[] text(List<Part> parts, Favor favor, Markers markers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ours.text().length + theirs.text().length / 8 + 64);
        int at = 0;
        for (Part part : parts) {
            if (part.kind == Kind.SAME) {
                continue;
            }
            copy(ours, at, part.ours, out);
            if (part.kind == Kind.CONFLICT && favor == Favor.NONE) {
                conflict(part, markers, out);
            } else {
                boolean takesOurs = part.kind == Kind.OURS
                        || part.kind == Kind.CONFLICT && (favor == Favor.OURS || favor == Favor.UNION);
                boolean takesTheirs = part.kind == Kind.THEIRS
                        || part.kind == Kind.CONFLICT && (favor == Favor.THEIRS || favor == Favor.UNION);
                if (takesOurs) {
                    copy(ours, part.ours, part.ours + part.oursLines, out);
                    if (takesTheirs) {
                        endLine(ours, part.ours, part.oursLines, part, out);
                    }
                }
                if (takesTheirs) {
                    copy(theirs, part.theirs, part.theirs + part.theirsLines, out);
                }
            }
            at = part.ours + part.oursLines;
        }
        copy(ours, at, ours.size(), out);
        return out.toByteArray();
    }

    private void conflict(Part part, Markers markers, ByteArrayOutputStream out) {
        marker('<', markers.ours(), markers, part, out);
        copy(ours, part.ours, part.ours + part.oursLines, out);
        endLine(ours, part.ours, part.oursLines, part, out);
        marker('=', "", markers, part, out);
        copy(theirs, part.theirs, part.theirs + part.theirsLines, out);
        endLine(theirs, part.theirs, part.theirsLines, part, out);
        marker('>', markers.theirs(), markers, part, out);
    }

    private void marker(char sign, String label, Markers markers, Part part, ByteArrayOutputStream out) {
        String marker = String.valueOf(sign).repeat(markers.size()) + (label.isEmpty() ? "" : " " + label);
        out.writeBytes((marker + (endsInCrLf(part) ? "\r\n" : "\n")).getBytes(StandardCharsets.UTF_8));
    }

    private void endLine(Lines lines, int from, int count, Part part, ByteArrayOutputStream out) {
        if (count > 0 && lines.text()[lines.start(from + count) - 1] != '\n') {
            out.writeBytes((endsInCrLf(part) ? "\r\n" : "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Whether what is written here itself ends lines as the lines around it do. */
    private boolean endsInCrLf(Part part) {
        int answer = ours.endsInCrLf(Math.max(part.ours - 1, 0));
        if (answer != 0) {
            answer = theirs.endsInCrLf(Math.max(part.theirs - 1, 0));
        }
        if (answer != 0) {
            answer = base.endsInCrLf(0);
        }
        return answer > 0;
    }

    private static void copy(Lines lines, int from, int to, ByteArrayOutputStream out) {
        if (to > from) {
            out.write(lines.text(), lines.start(from), lines.start(to) - lines.start(from));
        }
    }
}
