package dev.millwright.filesystem.search;

import dev.millwright.filesystem.text.Eol;
import dev.millwright.filesystem.text.WholeText;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/** Finds every occurrence in a tree and makes the new content of each file; writes nothing. */
public final class TextReplace {
    /**
     * One occurrence.
     *
     * @param id the same as long as its file is, other in any other
     * @param line from 1
     */
    public record Occurrence(String id, int line, String before, String after) {}

    /**
     * One file with occurrences.
     *
     * @param seen the file's state when it was read
     * @param content with the chosen occurrences replaced
     * @param chosen how many those are
     */
    public record Edit(String path, Stat seen, byte[] content, List<Occurrence> occurrences, int chosen) {}

    /** Bytes of new contents held at once. */
    private static final long MAX_HELD = 128 << 20;

    private static final int MAX_FILE = 1 << 26;

    /** What a text shown of an occurrence is clipped to, in characters. */
    private static final int SHOWN = 160;

    /** Bytes to both sides of a hit looked at for what is shown: SHOWN characters of any kind lie in them. */
    private static final int REACH = 4 * SHOWN;

    private final Walk walk;
    private final Query query;
    private final Query queryCrLf;
    private final Replacement replacement;
    private final Set<String> only;
    private final TreeMap<String, Edit> edits = new TreeMap<>(PathOrder.BY_PATH);
    private final AtomicLong held = new AtomicLong();
    private final ConcurrentSkipListSet<String> skipped = new ConcurrentSkipListSet<>(PathOrder.BY_PATH);

    /**
     * @param queryCrLf the query for files whose lines end in CR LF
     * @param only ids of the occurrences to replace, empty for all
     */
    public TextReplace(Walk walk, Query query, Query queryCrLf, Replacement replacement, Set<String> only) {
        this.walk = walk;
        this.query = query;
        this.queryCrLf = queryCrLf;
        this.replacement = replacement;
        this.only = only;
    }

    /** Every file with occurrences, in the order of their paths. */
    public List<Edit> run(List<Target> targets, Call call) throws InterruptedException {
        List<Target> folders = new ArrayList<>();
        for (Target target : targets) {
            if (walk.workspace().stat(target).isFolder()) {
                folders.add(target);
            } else {
                try (OpenFile file = walk.workspace().open(target)) {
                    new Replacer().replace(file, target.shown());
                }
            }
        }
        if (!folders.isEmpty()) {
            walk.run(folders, Replacer::new, call);
        }
        return List.copyOf(edits.values());
    }

    /** Files and folders that could not be read, and files too large to be changed. */
    public List<String> skipped() {
        return List.copyOf(skipped);
    }

    private final class Replacer implements Visitor {
        private final FileSearch probe = new FileSearch(query, 0);
        private final FileSearch probeCrLf = new FileSearch(queryCrLf, 0);
        private final Query.Finder finder = query.finder();
        private final Query.Finder finderCrLf = queryCrLf.finder();

        @Override
        public void visit(Folder folder, String path, String name, EntryType type) {
            if (type != EntryType.FILE) {
                return;
            }
            try (OpenFile file = folder.file(name)) {
                replace(file, path);
            } catch (ToolException e) {
                if (e.kind() == ToolException.Kind.INVALID_INPUT || e.kind() == ToolException.Kind.LIMIT) {
                    throw e;
                } else if (e.kind() != ToolException.Kind.NOT_FOUND) {
                    skipped.add(path);
                }
            }
        }

        @Override
        public void unreadable(String path) {
            skipped.add(path);
        }

        void replace(OpenFile file, String path) {
            if (!mayMatch(file)) {
                return;
            }
            Stat seen = file.stat();
            if (seen.size() > MAX_FILE) {
                skipped.add(path);
                return;
            }
            byte[] content = Version.all(file, MAX_FILE);
            WholeText whole = WholeText.of(content).orElse(null);
            if (whole != null) {
                edit(path, seen, content, whole);
            }
        }

        /** Cheap, and wrong only for encodings in which the search does not find either. */
        private boolean mayMatch(OpenFile file) {
            return probe.search(file, 0, 1).filter(hits -> hits.matches() > 0).isPresent()
                    || query != queryCrLf
                            && probeCrLf
                                    .search(file, 0, 1)
                                    .filter(hits -> hits.matches() > 0)
                                    .isPresent();
        }

        private void edit(String path, Stat seen, byte[] content, WholeText whole) {
            Eol eol = whole.format().eol();
            byte[] text = whole.text().getBytes(StandardCharsets.UTF_8);
            String fingerprint = HexFormat.of().formatHex(Version.sha256(content), 0, 8) + path;
            ByteArrayOutputStream made = new ByteArrayOutputStream(text.length + 64);
            List<Occurrence> occurrences = new ArrayList<>();
            int chosen = 0;
            int copied = 0;
            int line = 1;
            int counted = 0;
            Matches matches = new Matches((eol == Eol.CRLF ? finderCrLf : finder).on(text, text.length), text);
            while (matches.next()) {
                int from = matches.finder().start();
                int to = matches.finder().end();
                String by = replacement.text(eol == Eol.CRLF ? "\r\n" : "\n", matches.finder()::group);
                String id = id(fingerprint, from);
                for (; counted < from; counted++) {
                    line += text[counted] == '\n' ? 1 : 0;
                }
                int first = Math.max(from - REACH, 0);
                for (int i = from - 1; i >= first; i--) {
                    first = text[i] == '\n' ? i + 1 : first;
                }
                int last = Query.lineEnd(text, Math.max(from, to - 1), Math.min(text.length, to + REACH));
                String head = utf8(text, first, from);
                String tail = utf8(text, Math.min(to, last), last);
                occurrences.add(
                        new Occurrence(id, line, clipped(head, utf8(text, from, to), tail), clipped(head, by, tail)));
                if (only.isEmpty() || only.contains(id)) {
                    made.write(text, copied, from - copied);
                    made.writeBytes(by.getBytes(StandardCharsets.UTF_8));
                    copied = to;
                    chosen++;
                }
            }
            if (occurrences.isEmpty()) {
                return;
            }
            made.write(text, copied, text.length - copied);
            byte[] now = chosen == 0 ? content : whole.with(made.toString(StandardCharsets.UTF_8), content);
            if (held.addAndGet(now.length) > MAX_HELD) {
                throw ToolException.limit("the files to change have more than " + (MAX_HELD >> 20)
                        + " MB together; narrow by path or globs");
            }
            synchronized (edits) {
                edits.put(path, new Edit(path, seen, now, List.copyOf(occurrences), chosen));
            }
        }
    }

    /** All matches of a text, one after the other and never overlapping. */
    private static final class Matches {
        private final Query.Finder finder;
        private final byte[] text;
        private int at;

        Matches(Query.Finder finder, byte[] text) {
            this.finder = finder;
            this.text = text;
        }

        Query.Finder finder() {
            return finder;
        }

        boolean next() {
            if (at > text.length || !finder.find(at, text.length)) {
                return false;
            }
            boolean beyondLastLine = finder.start() == text.length
                    && finder.end() == text.length
                    && (text.length == 0 || text[text.length - 1] == '\n');
            at = finder.end() > finder.start() ? finder.end() : finder.end() + 1;
            while (at < text.length && (text[at] & 0xc0) == 0x80) {
                at++;
            }
            return !beyondLastLine;
        }
    }

    private static String id(String fingerprint, int at) {
        byte[] hash = Version.sha256((fingerprint + "@" + at).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, 5);
    }

    private static String utf8(byte[] text, int from, int to) {
        return new String(text, from, Math.max(0, to - from), StandardCharsets.UTF_8);
    }

    private static String clipped(String head, String middle, String tail) {
        String start = head.length() > SHOWN / 4 ? "…" + head.substring(head.length() - SHOWN / 4) : head;
        String all = start + middle + (tail.endsWith("\r") ? tail.substring(0, tail.length() - 1) : tail);
        return all.length() > SHOWN ? all.substring(0, SHOWN) + "…" : all;
    }
}
