package dev.millwright.filesystem.patch;

import dev.millwright.filesystem.patch.Hunk.Op;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;

/**
 * A text with hunks applied one after the other. Lines that stay keep their own line ends; lines that come take those
 * of their neighbours.
 */
public final class Patched {
    /**
     * Where a hunk went.
     *
     * @param line in the old text, from 1
     * @param offset lines away from where the patch said
     * @param fuzz lines of context at either end that did not count
     */
    public record Fit(int hunk, int line, int offset, int fuzz) {}

    private record FileLine(String text, String end) {}

    private final String path;
    private final int fuzz;
    private final List<FileLine> old;
    private final String usualEnd;
    private final List<FileLine> made = new ArrayList<>();
    private final List<Fit> fits = new ArrayList<>();
    private int at;
    private int drift;
    private int added;
    private int removed;

    /** @param fuzz lines of context at either end of a hunk that need not match, if nothing else helps */
    public Patched(String path, String text, String usualEnd, int fuzz) {
        this.path = path;
        this.fuzz = fuzz;
        this.usualEnd = usualEnd;
        this.old = lines(text);
    }

    /** @throws ToolException {@code CONFLICT} naming the hunk, the line it expects and the line there is */
    public Patched apply(List<Hunk> hunks) {
        for (int i = 0; i < hunks.size(); i++) {
            apply(hunks.get(i), i + 1);
        }
        return this;
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        made.forEach(line -> text.append(line.text).append(line.end));
        old.subList(at, old.size()).forEach(line -> text.append(line.text).append(line.end));
        return text.toString();
    }

    public List<Fit> fits() {
        return List.copyOf(fits);
    }

    public int added() {
        return added;
    }

    public int removed() {
        return removed;
    }

    private void apply(Hunk hunk, int number) {
        int from = afterAnchors(hunk, number);
        for (int lines = 0; lines <= fuzz; lines++) {
            Hunk tried = hunk.without(Math.min(lines, hunk.leading()), Math.min(lines, hunk.trailing()));
            if (lines > 0 && tried.old().isEmpty()) {
                break;
            }
            int start = find(tried, from);
            if (start >= 0) {
                int said = tried.at().isPresent() ? tried.at().getAsInt() - 1 + drift : start;
                fits.add(new Fit(number, start + 1, start - said, lines));
                drift += start - said;
                put(tried, start);
                return;
            }
        }
        throw mismatch(hunk, number, from);
    }

    private int afterAnchors(Hunk hunk, int number) {
        int from = at;
        for (String anchor : hunk.anchors()) {
            int line = from;
            while (line < old.size() && !same(anchor, old.get(line).text)) {
                line++;
            }
            if (line == old.size()) {
                throw ToolException.conflict(
                        path + ", hunk " + number + ": no line after " + from + " is \"" + shown(anchor) + "\"");
            }
            from = line + 1;
        }
        return from;
    }

    /** The place nearest to where the hunk is said to be, or the first. */
    private int find(Hunk hunk, int from) {
        List<Hunk.Line> wanted = hunk.old();
        int last = old.size() - wanted.size();
        if (wanted.isEmpty()) {
            int place = hunk.at().isPresent() ? hunk.at().getAsInt() - 1 + drift : old.size();
            return place >= from && place <= old.size() ? place : -1;
        } else if (hunk.atEnd()) {
            return last >= from && fits(wanted, last) ? last : -1;
        } else if (hunk.at().isEmpty()) {
            for (int start = from; start <= last; start++) {
                if (fits(wanted, start)) {
                    return start;
                }
            }
            return -1;
        }
        int said = Math.clamp(hunk.at().getAsInt() - 1L + drift, from, Math.max(from, last));
        for (int away = 0; said - away >= from || said + away <= last; away++) {
            if (said - away >= from && fits(wanted, said - away)) {
                return said - away;
            } else if (said + away <= last && fits(wanted, said + away)) {
                return said + away;
            }
        }
        return -1;
    }

    private boolean fits(List<Hunk.Line> wanted, int start) {
        return start + wanted.size() <= old.size() && matching(wanted, start) == wanted.size();
    }

    private int matching(List<Hunk.Line> wanted, int start) {
        int count = 0;
        while (count < wanted.size()
                && start + count < old.size()
                && same(wanted.get(count).text(), old.get(start + count).text)) {
            count++;
        }
        return count;
    }

    /** A patch may come with the line ends of its sender. */
    private static boolean same(String patched, String there) {
        return patched.equals(there)
                || patched.length() == there.length() + 1 && patched.endsWith("\r") && patched.startsWith(there);
    }

    private void put(Hunk hunk, int start) {
        made.addAll(old.subList(at, start));
        at = start;
        for (Hunk.Line line : hunk.lines()) {
            switch (line.op()) {
                case KEEP -> made.add(old.get(at++));
                case REMOVE -> {
                    at++;
                    removed++;
                }
                case ADD -> {
                    added++;
                    add(line);
                }
            }
        }
        Hunk.Line last = hunk.lines().getLast();
        if (at == old.size() && !made.isEmpty()) {
            endOfFile(hunk, last);
        }
    }

    private void add(Hunk.Line line) {
        String near = at > 0 ? old.get(at - 1).end : at < old.size() ? old.get(at).end : usualEnd;
        String end = near.isEmpty() ? usualEnd : near;
        String text = end.equals("\r\n") ? PatchReader.plain(line.text()) : line.text();
        if (!made.isEmpty() && made.getLast().end.isEmpty()) {
            FileLine before = made.removeLast();
            made.add(new FileLine(before.text, end));
        }
        made.add(new FileLine(text, line.ended() ? end : ""));
    }

    /** The last line keeps having, or not having, an end, unless the patch says otherwise. */
    private void endOfFile(Hunk hunk, Hunk.Line last) {
        boolean wasEnded = old.isEmpty() || !old.getLast().end.isEmpty();
        boolean silent = hunk.lines().stream().allMatch(Hunk.Line::ended);
        if (silent && !wasEnded && last.op() == Op.ADD) {
            FileLine line = made.removeLast();
            made.add(new FileLine(line.text, ""));
        }
    }

    private ToolException mismatch(Hunk hunk, int number, int from) {
        List<Hunk.Line> wanted = hunk.old();
        int best = hunk.at().isPresent()
                ? Math.clamp(hunk.at().getAsInt() - 1L + drift, from, Math.max(from, old.size()))
                : from;
        int most = matching(wanted, best);
        for (int start = from; start < old.size(); start++) {
            int matching = matching(wanted, start);
            if (matching > most) {
                most = matching;
                best = start;
            }
        }
        int line = best + most;
        String expected = most < wanted.size() ? wanted.get(most).text() : "the end of the file";
        String found = line < old.size() ? "\"" + shown(old.get(line).text) + "\"" : "the end of the file";
        return ToolException.conflict(path + ", hunk " + number + ", line " + (line + 1) + ": expected \""
                + shown(expected) + "\", found " + found + "; read the file again, or allow fuzz");
    }

    private static String shown(String line) {
        return line.length() > 120 ? line.substring(0, 120) + "…" : line;
    }

    private static List<FileLine> lines(String text) {
        List<FileLine> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int feed = text.indexOf('\n', start);
            int next = feed < 0 ? text.length() : feed + 1;
            int end = feed < 0 ? text.length() : feed > start && text.charAt(feed - 1) == '\r' ? feed - 1 : feed;
            lines.add(new FileLine(text.substring(start, end), text.substring(end, next)));
            start = next;
        }
        return lines;
    }
}
