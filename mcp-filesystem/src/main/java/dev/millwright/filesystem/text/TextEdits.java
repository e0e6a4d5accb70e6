package dev.millwright.filesystem.text;

import dev.millwright.tool.ToolException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Edits on the bytes of a text: hits are found in the file's own encoding and on character boundaries only, and no byte
 * outside of what differs between old and new text changes.
 *
 * <p>A line end in the old text stands for any line end of the file; a line end in the new text becomes the one it
 * replaces or, for lines added, the one at the place.
 */
public final class TextEdits {
    private static final int SHOWN_POSITIONS = 20;

    /** A replacement of bytes {@code from} to {@code to}. */
    private record Splice(int from, int to, byte[] with, int edit) {}

    private final byte[] content;
    private final TextFormat format;
    private final Boundaries boundaries;

    /** @param content the whole file, byte order mark included */
    public TextEdits(byte[] content, TextFormat format) {
        this.content = content;
        this.format = format;
        this.boundaries = Boundaries.of(content, format);
    }

    /**
     * All edits, each against the original.
     *
     * @throws ToolException {@code CONFLICT} when an old text occurs not as often as expected, {@code NOT_FOUND} when it
     *     does not occur, {@code INVALID_INPUT} for an empty old text or edits that overlap
     */
    public byte[] apply(List<Edit> edits) {
        List<Splice> splices = new ArrayList<>();
        for (int i = 0; i < edits.size(); i++) {
            splices.addAll(splices(edits.get(i), i));
        }
        splices.sort(Comparator.comparingInt(Splice::from).thenComparingInt(Splice::to));
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 64);
        int at = 0;
        for (Splice splice : splices) {
            out.write(content, at, splice.from() - at);
            out.writeBytes(splice.with());
            at = splice.to();
        }
        out.write(content, at, content.length - at);
        return out.toByteArray();
    }

    private final List<Needle.Hit> taken = new ArrayList<>();

    private List<Splice> splices(Edit edit, int index) {
        String path = "/edits/" + index;
        if (edit.old().isEmpty()) {
            throw ToolException.invalidInput(path + "/old is empty; give the text to replace");
        }
        Needle needle = new Needle(edit.old(), content, format, boundaries);
        List<Needle.Hit> hits = needle.hits();
        if (edit.startLine().isPresent()) {
            hits = hits.stream()
                    .filter(hit -> line(hit.from()) == edit.startLine().getAsInt())
                    .toList();
        }
        if (hits.isEmpty()) {
            throw ToolException.notFound(path + "/old does not occur"
                    + (edit.startLine().isPresent()
                            ? " in line " + edit.startLine().getAsInt()
                            : "")
                    + Nearest.to(edit.old(), content, format));
        }
        if (edit.occurrence().isPresent()) {
            int n = edit.occurrence().getAsInt();
            if (n > hits.size()) {
                throw ToolException.conflict("%s/occurrence is %d, but old occurs %d times, %s"
                        .formatted(path, n, hits.size(), positions(hits)));
            }
            hits = List.of(hits.get(n - 1));
        } else if (hits.size() != edit.expectedCount()) {
            throw ToolException.conflict(
                    "%s/old occurs %d times, not %d, %s; give more text around it, an occurrence, a startLine, or expectedCount"
                            .formatted(path, hits.size(), edit.expectedCount(), positions(hits)));
        }
        List<Splice> splices = new ArrayList<>();
        for (Needle.Hit hit : hits) {
            for (Needle.Hit other : taken) {
                if (hit.from() < other.to() && other.from() < hit.to()) {
                    throw ToolException.invalidInput(path + " overlaps another edit in line " + line(hit.from()));
                }
            }
            splices.add(splice(edit, hit, index));
        }
        taken.addAll(hits);
        return splices;
    }

    /** Leaves out what old and new text have in common at their ends. */
    private Splice splice(Edit edit, Needle.Hit hit, int index) {
        String old = Needle.plain(edit.old(), format);
        String replacement = Needle.plain(edit.replacement(), format);
        int most = Math.min(old.length(), replacement.length());
        int head = 0;
        while (head < most && old.charAt(head) == replacement.charAt(head)) {
            head++;
        }
        if (head > 0 && Character.isHighSurrogate(old.charAt(head - 1))) {
            head--;
        }
        int tail = 0;
        while (tail < most - head
                && old.charAt(old.length() - 1 - tail) == replacement.charAt(replacement.length() - 1 - tail)) {
            tail++;
        }
        if (tail > 0 && Character.isLowSurrogate(old.charAt(old.length() - tail))) {
            tail--;
        }
        int from = hit.from() + hit.length(old.substring(0, head), 0, format);
        int to = hit.from() + hit.length(old.substring(0, old.length() - tail), 0, format);
        String middle = replacement.substring(head, replacement.length() - tail);
        String eol = hit.ends().isEmpty() ? eolAt(from) : hit.ends().getFirst();
        return new Splice(from, to, format.encode(middle.replace("\n", eol)), index);
    }

    /** The end of the line a byte is in, else of the line before it, else the file's. */
    private String eolAt(int at) {
        for (int i = at; i < content.length; i++) {
            String end = Needle.endAt(content, i, format);
            if (!end.isEmpty() && (i - format.bom()) % format.unit() == 0) {
                return end;
            }
        }
        for (int i = at - 1; i >= format.bom(); i--) {
            String end = Needle.endAt(content, i, format);
            if (!end.isEmpty() && (i - format.bom()) % format.unit() == 0) {
                String whole = i >= format.unit() ? Needle.endAt(content, i - format.unit(), format) : "";
                return whole.length() == 2 ? whole : end;
            }
        }
        return format.eol().text();
    }

    private String positions(List<Needle.Hit> hits) {
        List<Integer> lines = hits.stream()
                .limit(SHOWN_POSITIONS)
                .map(hit -> line(hit.from()))
                .toList();
        return "in lines " + lines.toString().substring(1, lines.toString().length() - 1)
                + (hits.size() > SHOWN_POSITIONS ? " and more" : "");
    }

    private int line(int at) {
        byte[] before = Arrays.copyOf(content, at);
        TextReader reader = new TextReader(Bytes.of(before), before.length, format, 64);
        long total = reader.totalLines();
        return (int) (reader.endsLine(at) ? total + 1 : total);
    }
}
