package dev.millwright.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.ToolException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads audit files back, and finds what was done to them; may run while they are written.
 *
 * <p>Finds every altered, removed, inserted or moved event, a removed file and a removed lane. Who can write the whole
 * directory can also write a new one that fits together: only a copy of the heads kept elsewhere shows that.
 */
public final class AuditVerifier {
    /**
     * One finding.
     *
     * @param line from 1; 0 for the file as a whole
     * @param what names the events concerned by seq, and by call id where one can be read
     */
    public record Finding(String file, long line, String what) {}

    /** @param events lines that are whole and in place */
    public record Report(long files, long events, List<Finding> findings) {
        public Report {
            findings = List.copyOf(findings);
        }

        public boolean intact() {
            return findings.isEmpty();
        }
    }

    private static final Pattern FILE = Pattern.compile("lane-(\\d{1,6})-(\\d{6,9})\\.jsonl");
    private static final Pattern HEAD = Pattern.compile("lane-(\\d{1,6})\\.head");

    /** Longer than any line we write: what is longer is not ours. */
    private static final int LONGEST = 64 * 1024;

    private final Path directory;

    public AuditVerifier(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /** @throws ToolException {@code UNAVAILABLE} when the directory cannot be read */
    public Report verify() {
        try {
            List<Finding> findings = new ArrayList<>();
            TreeSet<Integer> lanes = lanes();
            long files = 0;
            long events = 0;
            for (int lane : lanes) {
                LaneCheck check = new LaneCheck(lane, findings);
                check.run();
                files += check.files;
                events += check.events;
            }
            return new Report(files, events, findings);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The newest events of all lanes by time, oldest first, as written. */
    public List<JsonNode> tail(int count) {
        try {
            List<JsonNode> newest = new ArrayList<>();
            for (int lane : lanes()) {
                ArrayDeque<JsonNode> last = new ArrayDeque<>();
                for (Path file : files(lane).descendingMap().values()) {
                    ArrayDeque<JsonNode> here = new ArrayDeque<>();
                    lines(
                            file,
                            (bytes, whole) -> Line.loose(bytes).ifPresent(json -> {
                                here.addLast(json);
                                if (here.size() > count) {
                                    here.removeFirst();
                                }
                            }));
                    while (!here.isEmpty() && last.size() < count) {
                        last.addFirst(here.removeLast());
                    }
                    if (last.size() >= count) {
                        break;
                    }
                }
                newest.addAll(last);
            }
            newest.sort(Comparator.comparing(json -> json.path("time").asText()));
            return List.copyOf(newest.subList(Math.max(0, newest.size() - count), newest.size()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private ToolException unreadable(IOException e) {
        return ToolException.unavailable(
                "the audit log in " + directory + " cannot be read (" + e.getMessage() + ")", e);
    }

    /** All there should be: those counted, and those of which anything is left. */
    private TreeSet<Integer> lanes() throws IOException {
        TreeSet<Integer> lanes = new TreeSet<>();
        if (!Files.isDirectory(directory)) {
            return lanes;
        }
        for (int lane = 0; lane < Lane.lanes(directory); lane++) {
            lanes.add(lane);
        }
        try (Stream<Path> entries = Files.list(directory)) {
            entries.map(entry -> entry.getFileName().toString())
                    .forEach(name -> Stream.of(FILE, HEAD)
                            .map(pattern -> pattern.matcher(name))
                            .filter(Matcher::matches)
                            .forEach(match -> lanes.add(Integer.parseInt(match.group(1)))));
        }
        return lanes;
    }

    private TreeMap<Integer, Path> files(int lane) throws IOException {
        TreeMap<Integer, Path> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(directory)) {
            entries.forEach(entry -> {
                Matcher match = FILE.matcher(entry.getFileName().toString());
                if (match.matches() && Integer.parseInt(match.group(1)) == lane) {
                    files.put(Integer.parseInt(match.group(2)), entry);
                }
            });
        }
        return files;
    }

    @FunctionalInterface
    private interface EachLine {
        void take(byte[] bytes, boolean whole);
    }

    private static void lines(Path file, EachLine each) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n' || line.size() > LONGEST) {
                    each.take(line.toByteArray(), true);
                    line.reset();
                } else {
                    line.write(b);
                }
            }
        }
        if (line.size() > 0) {
            each.take(line.toByteArray(), false);
        }
    }

    /** Follows one lane from its first event to its head. */
    private final class LaneCheck {
        private final int lane;
        private final List<Finding> findings;
        private long files;
        private long events;
        private String name = "";
        private long number;
        private long seq;
        private String hash;
        private Optional<Head> head = Optional.empty();
        private String headHash = "";

        LaneCheck(int lane, List<Finding> findings) {
            this.lane = lane;
            this.findings = findings;
            this.hash = Line.genesis(lane);
        }

        /** The head first: what a writer adds meanwhile is then only more than it says. */
        void run() throws IOException {
            Path headFile = Lane.head(directory, lane);
            if (Files.exists(headFile)) {
                head = Head.read(Files.readAllBytes(headFile));
            }
            TreeMap<Integer, Path> present = files(lane);
            if (head.isEmpty() && (!present.isEmpty() || !Files.exists(headFile))) {
                find(
                        headFile,
                        0,
                        "the head of lane " + lane + " is missing or damaged: events may be missing at its end");
            }
            int last = Math.max(
                    present.isEmpty() ? 0 : present.lastKey(),
                    head.filter(h -> h.seq() > 0).map(Head::file).orElse(0));
            for (int file = 1; file <= last; file++) {
                Path path = Lane.file(directory, lane, file);
                if (present.containsKey(file)) {
                    files++;
                    follow(path, file == last);
                } else if (head.isEmpty()
                        || head.get().file() != file
                        || head.get().bytes() > 0) {
                    find(path, 0, "the file is missing, with the events from seq " + (seq + 1) + " on");
                }
            }
            head.ifPresent(this::end);
        }

        private void follow(Path file, boolean last) throws IOException {
            name = file.getFileName().toString();
            number = 0;
            lines(file, (bytes, whole) -> {
                number++;
                if (whole) {
                    line(bytes);
                } else if (!last) {
                    find("the line is cut off: an event after seq " + seq + " is damaged");
                }
            });
        }

        private void line(byte[] bytes) {
            Optional<Line> read = Line.read(bytes);
            if (read.isEmpty()) {
                Optional<JsonNode> loose = Line.loose(bytes);
                find("altered: " + loose.map(LaneCheck::named).orElse("the event after seq " + seq)
                        + " is not as it was written");
                // What stands there is taken for the one it was, so that the next is not reported as well.
                seq = loose.map(json -> json.path("seq").asLong())
                        .filter(s -> s > 0)
                        .orElse(seq + 1);
                hash = loose.map(json -> json.path("hash").asText()).orElse("");
                note();
                return;
            }
            Line line = read.get();
            if (line.seq() == seq + 1 && line.prev().equals(hash)) {
                events++;
            } else if (line.seq() > seq + 1) {
                find("removed: " + range(seq + 1, line.seq() - 1) + " before " + named(line.json()));
            } else if (line.seq() == seq + 1) {
                find("altered: seq " + seq + ", the event before " + named(line.json())
                        + ", is not the one it was written after");
            } else {
                find("inserted or moved: " + named(line.json()) + " stands after seq " + seq);
                return;
            }
            seq = line.seq();
            hash = line.hash();
            note();
        }

        private void note() {
            if (head.isPresent() && head.get().seq() == seq) {
                headHash = hash;
            }
        }

        private void end(Head head) {
            if (seq < head.seq()) {
                find("removed at the end: " + range(seq + 1, head.seq())
                        + (seq < head.synced()
                                ? ""
                                : "; not known to have been on the disk, so the machine may have failed instead"));
            } else if (head.seq() > 0 && !headHash.equals(head.hash())) {
                find("altered: seq " + head.seq() + " is not the event that was written last");
            }
        }

        private static String named(JsonNode json) {
            return "seq " + json.path("seq").asText() + " (call "
                    + json.path("call").asText() + ")";
        }

        private static String range(long from, long to) {
            return from == to ? "seq " + from : "seq " + from + " to " + to;
        }

        private void find(String what) {
            findings.add(new Finding(name.isEmpty() ? "lane-" + lane : name, number, what));
        }

        private void find(Path file, long line, String what) {
            findings.add(new Finding(file.getFileName().toString(), line, what));
        }
    }
}
