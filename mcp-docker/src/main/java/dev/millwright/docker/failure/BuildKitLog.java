package dev.millwright.docker.failure;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The log of BuildKit: its plain progress, and the block of the failing step that its moving display leaves behind. */
final class BuildKitLog {
    private static final Pattern PLACE =
            Pattern.compile("^\\S*[Dd]ockerfile\\S*:(\\d+)$|(?i)dockerfile parse error on line (\\d+)");

    /** One step as its numbered lines tell it. */
    private static final class Vertex {
        private String title = "";
        private final List<String> lines = new ArrayList<>();
        private String error = "";
        private int order;
        private boolean ended;
    }

    private BuildKitLog() {}

    static boolean belongs(String line) {
        String text = line.length() > 200 ? line : line.strip();
        return number(line) > 0
                || text.startsWith("> [")
                || text.startsWith("=> ERROR ")
                || line.contains("failed to solve: ")
                || line.contains("executor failed running")
                || line.contains("did not complete successfully: ");
    }

    /** Where the text of a line {@code #12 text} begins; 0 for other lines. */
    static int number(String line) {
        if (line.length() < 3 || line.charAt(0) != '#') {
            return 0;
        }
        int i = 1;
        while (i < line.length() && Character.isDigit(line.charAt(i))) {
            i++;
        }
        return i > 1 && i < line.length() && line.charAt(i) == ' ' ? i + 1 : 0;
    }

    static Step failing(List<String> lines) {
        Map<String, Vertex> vertices = new LinkedHashMap<>();
        BuildKitRest rest = new BuildKitRest();
        Vertex vertex = new Vertex();
        String current = "#";
        int order = 0;
        for (String line : lines) {
            int text = rest.takes(line) ? 0 : number(line);
            if (text == 0) {
                rest.add(line);
                continue;
            }
            if (text != current.length() || !line.startsWith(current)) {
                current = line.substring(0, text);
                vertex = vertices.computeIfAbsent(current, any -> new Vertex());
            }
            if (line.startsWith("ERROR", text)) {
                vertex.error = line.substring(Math.min(line.length(), text + 6)).strip();
                vertex.order = ++order;
            } else {
                take(vertex, line, text);
            }
        }
        Optional<Vertex> failed = vertices.values().stream()
                .filter(each -> !each.error.isEmpty() && !isCancelled(each.error))
                .reduce((one, other) -> other.order > one.order ? other : one);
        return failed.map(each -> step(each, rest)).orElseGet(() -> rest(rest, vertices));
    }

    private static void take(Vertex vertex, String line, int text) {
        int from = afterSeconds(line, text);
        if (from > text) {
            vertex.lines.add(line.substring(Math.min(line.length(), from)));
        } else if (line.startsWith("DONE ", text) || line.startsWith("CACHED", text)) {
            vertex.ended = true;
        } else if (!isProgress(line, text)) {
            String said = line.substring(text);
            if (vertex.title.isEmpty()) {
                vertex.title = said;
            } else if (!said.equals(vertex.title)) {
                vertex.lines.add(said);
            }
        }
    }

    private static boolean isCancelled(String error) {
        return error.contains("context canceled") || error.contains("CANCELED");
    }

    private static boolean isProgress(String line, int at) {
        return line.startsWith("...", at) && line.length() == at + 3
                || line.startsWith("CANCELED", at)
                || line.startsWith("sha256:", at)
                || line.startsWith("extracting sha256:", at)
                || line.startsWith("transferring ", at);
    }

    /** Where the text after the seconds since a step's start begins, as in {@code 0.345 text}; the same without them. */
    static int afterSeconds(String line, int at) {
        int start = at;
        while (start < line.length() && line.charAt(start) == ' ' && start < at + 3) {
            start++;
        }
        int i = start;
        boolean point = false;
        while (i < line.length() && (Character.isDigit(line.charAt(i)) || line.charAt(i) == '.')) {
            point |= line.charAt(i) == '.' && i > start;
            i++;
        }
        return point && i > start + 2 && (i == line.length() || line.charAt(i) == ' ') ? i + 1 : at;
    }

    private static Step step(Vertex vertex, BuildKitRest rest) {
        List<String> lines = new ArrayList<>(vertex.lines.isEmpty() ? rest.block() : vertex.lines);
        OptionalInt code = BuildLog.code(vertex.error);
        if (!BuildLog.cause(vertex.error).isEmpty()) {
            lines.add(BuildLog.cause(vertex.error));
        }
        lines.addAll(rest.verdicts());
        return titled(
                vertex.title.isEmpty() ? rest.title() : vertex.title,
                lines,
                code.isPresent() ? code : BuildLog.code(rest.all()),
                line(rest.all()));
    }

    /** Where no numbered step tells its failure: the block, else all that is left of the log. */
    private static Step rest(BuildKitRest rest, Map<String, Vertex> vertices) {
        List<String> lines = new ArrayList<>();
        if (rest.block().isEmpty()) {
            vertices.values().stream()
                    .filter(each -> !each.ended && !each.lines.isEmpty())
                    .reduce((one, other) -> other)
                    .ifPresent(each -> lines.addAll(each.lines));
            lines.addAll(rest.others());
        } else {
            lines.addAll(rest.block());
        }
        lines.addAll(rest.verdicts());
        return titled(rest.title(), lines, BuildLog.code(rest.all()), line(rest.all()));
    }

    private static Step titled(String title, List<String> lines, OptionalInt code, OptionalInt place) {
        Matcher matcher = BuildKitRest.TITLE.matcher(title);
        return matcher.find()
                        && Character.isDigit(
                                matcher.group(1).charAt(matcher.group(1).length() - 1))
                ? new Step("buildkit", matcher.group(2), matcher.group(1), lines, code, place)
                : new Step("buildkit", title, "", lines, code, place);
    }

    /** From {@code Dockerfile:12}. */
    private static OptionalInt line(List<String> rest) {
        for (int i = rest.size() - 1; i >= 0; i--) {
            if (rest.get(i).contains("ockerfile")) {
                Matcher matcher = PLACE.matcher(rest.get(i));
                if (matcher.find()) {
                    String number = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                    return number.length() < 7 ? OptionalInt.of(Integer.parseInt(number)) : OptionalInt.empty();
                }
            }
        }
        return OptionalInt.empty();
    }
}
