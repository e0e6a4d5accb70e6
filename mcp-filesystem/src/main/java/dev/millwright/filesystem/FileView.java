package dev.millwright.filesystem;

import dev.millwright.filesystem.text.Bytes;
import dev.millwright.filesystem.text.Eol;
import dev.millwright.filesystem.text.Passage;
import dev.millwright.filesystem.text.TextFormat;
import dev.millwright.filesystem.text.TextReader;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An open file as a reader sees it: looked at once, up to 4 MiB as a whole, else by its beginning.
 *
 * @param start the whole file when it is no larger than {@link Version#WHOLE}, else its first 64 kB
 * @param format empty for what is no text
 */
record FileView(OpenFile file, Stat stat, byte[] start, Optional<TextFormat> format, String version)
        implements AutoCloseable {
    private static final int FIRST_READ = 16 * 1024;

    static FileView of(Workspace workspace, Target target, Optional<String> encoding) {
        OpenFile file = workspace.open(target);
        try {
            Stat stat = file.stat();
            if (!stat.isFile()) {
                throw ToolException.invalidInput(target
                        + (stat.isFolder()
                                ? " is a folder, not a file; list_files shows what it holds"
                                : " is no regular file but a FIFO, socket or device, and is never read"));
            }
            boolean whole = stat.size() <= Version.WHOLE;
            byte[] start = whole ? all(file, stat.size()) : Version.all(file, TextFormat.SAMPLE);
            Optional<TextFormat> format = TextFormat.of(start, whole, encoding);
            String version = whole ? Version.of(start, stat) : Version.ofLarge(stat);
            return new FileView(file, stat, start, format, version);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** To the end, also of files such as those of {@code /proc} whose size says 0. */
    private static byte[] all(OpenFile file, long size) {
        byte[] content = new byte[(int) Math.max(size, size == 0 ? FIRST_READ : 0)];
        int length = file.read(0, content, 0, content.length);
        return length == content.length ? content : Arrays.copyOf(content, length);
    }

    boolean isWhole() {
        return stat.size() <= Version.WHOLE;
    }

    long size() {
        return isWhole() ? start.length : stat.size();
    }

    Optional<Eol> eol() {
        return format.map(TextFormat::eol);
    }

    /** @throws ToolException {@code INVALID_INPUT} for what is no text */
    TextReader text(Target target, int budget) {
        return new TextReader(bytes(), size(), known(target), budget);
    }

    TextFormat known(Target target) {
        return format.orElseThrow(() -> ToolException.invalidInput(target
                + " is binary (" + size()
                + " bytes); give offset and length for its bytes in base64, or encoding if it is text"));
    }

    private Bytes bytes() {
        return isWhole() ? Bytes.of(start) : file::read;
    }

    Optional<Boolean> finalNewline() {
        return format.map(f -> size() > f.bom() && new TextReader(bytes(), size(), f, 64).endsLine(size()));
    }

    /** A part by bytes: text where the file is text, else base64. */
    Passage slice(long offset, int length, int budget) {
        int most = (int) Math.max(0, Math.min(Math.min(length, budget), size() - offset));
        if (format.isPresent()) {
            long from = Math.max(offset, format.get().bom());
            TextReader reader = new TextReader(
                    limited(bytes(), offset + most), Math.min(size(), offset + most), format.get(), budget);
            Passage passage = reader.from(from, 1, Long.MAX_VALUE);
            return unnumbered(passage.text(), passage.from(), passage.to());
        }
        byte[] raw = new byte[Math.min(most, budget / 4 * 3)];
        int read = bytes().read(offset, raw, 0, raw.length);
        String text = Base64.getEncoder().encodeToString(Arrays.copyOf(raw, read));
        return unnumbered(text, offset, offset + read);
    }

    private static Bytes limited(Bytes bytes, long end) {
        return (position, into, offset, length) ->
                bytes.read(position, into, offset, (int) Math.max(0, Math.min(length, end - position)));
    }

    private static Passage unnumbered(String text, long from, long to) {
        OptionalLong none = OptionalLong.empty();
        return new Passage(text, none, none, from, to, false, none, false);
    }

    @Override
    public void close() {
        file.close();
    }
}
