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
    private static final Pattern TITLE = Pattern.compile("^\\[([^\\]]*\\d+/\\d+|[^\\]]+)\\] (.*)$");
    private static final Pattern PLACE =
            Pattern.compile("^\\S*[Dd]ockerfile\\S*:(\\d+)$|(?i)dockerfile parse error on line (\\d+)");
    private static final String RULE = "------";

    /** One step as the log tells it. */
    private static final class Vertex {
        private String title = "";
        private final List<String> lines = new ArrayList<>();
        private String error = "";
        private int order;
    }

    private BuildKitLog() {}

    static boolean belongs(String line) {
        return number(line) > 0
                || line.startsWith(" > [")
                || line.startsWith("ERROR: failed to solve")
                || line.contains("failed to solve: ")
                || line.startsWith("=> ERROR ");
    }

    /** Where the text of a line {@code #12 text} begins; 0 for other lines. */
    private static int number(String line) {
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
        List<String> rest = new ArrayList<>();
        int order = 0;
        for (String line : lines) {
            int text = number(line);
            if (text == 0) {
                rest.add(line);
                continue;
            }
            Vertex vertex = vertices.computeIfAbsent(line.substring(1, text - 1), any -> new Vertex());
            String said = line.substring(text);
            if (said.startsWith("ERROR: ") || said.startsWith("ERROR ")) {
                vertex.error = said.substring(6).strip();
                vertex.order = ++order;
            } else if (vertex.title.isEmpty()) {
                vertex.title = said;
            } else if (!isProgress(said, vertex.title)) {
                vertex.lines.add(withoutSeconds(said));
            }
        }
        Optional<Vertex> failed = vertices.values().stream()
                .filter(each -> !each.error.isEmpty() && !isCancelled(each.error))
                .reduce((one, other) -> other.order > one.order ? other : one);
        return failed.map(each -> step(each, rest)).orElseGet(() -> block(rest));
    }

    private static boolean isCancelled(String error) {
        return error.contains("context canceled") || error.contains("CANCELED");
    }

    private static boolean isProgress(String said, String title) {
        return said.equals("...")
                || said.equals(title)
                || said.startsWith("DONE ")
                || said.equals("CACHED")
                || said.equals("CANCELED")
                || said.startsWith("sha256:")
                || said.startsWith("extracting sha256:")
                || said.startsWith("transferring ");
    }

    /** Without the seconds since the step's start, as in {@code 0.345 text}. */
    private static String withoutSeconds(String said) {
        int i = 0;
        while (i < said.length() && (Character.isDigit(said.charAt(i)) || said.charAt(i) == '.')) {
            i++;
        }
        return i > 2 && said.substring(0, i).indexOf('.') > 0 && (i == said.length() || said.charAt(i) == ' ')
                ? said.substring(Math.min(said.length(), i + 1))
                : said;
    }

    private static Step step(Vertex vertex, List<String> rest) {
        List<String> lines = new ArrayList<>(vertex.lines);
        OptionalInt code = BuildLog.code(vertex.error);
        if (!BuildLog.cause(vertex.error).isEmpty()) {
            lines.add(BuildLog.cause(vertex.error));
        }
        rest.stream()
                .filter(line -> line.contains("failed to solve") && !BuildLog.repeatsCommand(line))
                .forEach(lines::add);
        return titled(vertex.title, lines, code.isPresent() ? code : BuildLog.code(rest), line(rest));
    }

    private static Step titled(String title, List<String> lines, OptionalInt code, OptionalInt place) {
        Matcher matcher = TITLE.matcher(title);
        return matcher.find()
                        && Character.isDigit(
                                matcher.group(1).charAt(matcher.group(1).length() - 1))
                ? new Step("buildkit", matcher.group(2), matcher.group(1), lines, code, place)
                : new Step("buildkit", title, "", lines, code, place);
    }

    /** From {@code ------}, {@code  > [2/3] RUN …:}, the end of the output, {@code ------}. */
    private static Step block(List<String> rest) {
        for (int i = rest.size() - 1; i > 0; i--) {
            if (rest.get(i).startsWith(" > ") && rest.get(i - 1).equals(RULE)) {
                List<String> lines = new ArrayList<>();
                int end = i + 1;
                while (end < rest.size() && !rest.get(end).equals(RULE)) {
                    lines.add(withoutSeconds(rest.get(end++)));
                }
                List<String> after = rest.subList(Math.min(end, rest.size()), rest.size());
                after.stream()
                        .filter(line -> (line.contains("failed to solve") || line.startsWith("ERROR"))
                                && !BuildLog.repeatsCommand(line))
                        .forEach(lines::add);
                String title = rest.get(i).substring(3).strip();
                return titled(
                        title.endsWith(":") ? title.substring(0, title.length() - 1) : title,
                        lines,
                        BuildLog.code(after),
                        line(rest));
            }
        }
        List<String> lines =
                rest.stream().filter(line -> !BuildLog.repeatsCommand(line)).toList();
        return new Step("buildkit", "", "", lines, BuildLog.code(rest), line(rest));
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
