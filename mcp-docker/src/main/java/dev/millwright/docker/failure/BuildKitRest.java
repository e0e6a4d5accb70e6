package dev.millwright.docker.failure;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The lines of BuildKit's log that have no step's number: the block of what the failing step printed, the lines of the
 * Dockerfile, the moving display, and the last word.
 */
final class BuildKitRest {
    static final Pattern TITLE = Pattern.compile("^\\[([^\\]]*\\d+/\\d+|[^\\]]+)\\] (.*)$");
    private static final Pattern FRAME = Pattern.compile("^ *\\d+ \\| ?(>>>)? ?(.*)$");
    private static final Pattern DISPLAY = Pattern.compile("^=> ERROR (.*?)(?: +\\d+\\.\\ds)?$");
    private static final Pattern COMMAND = Pattern.compile(
            "process \"(?:/bin/\\w+ (?:-\\S+ (?:pipefail )?)*-\\w*c )?(.*)\" did not complete|executor failed running \\[(?:/bin/\\w+ (?:-\\S+ (?:pipefail )?)*-\\w*c )?(.*)\\]: ");
    private static final String RULE = "------";

    private final List<String> all = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final List<String> verdicts = new ArrayList<>();
    private final List<String> frame = new ArrayList<>();
    private List<String> block = List.of();
    private List<String> open = new ArrayList<>();
    private String blockTitle = "";
    private String display = "";
    private String command = "";
    private boolean inBlock;
    private boolean ended;

    /** Whether a line belongs to the block though it has a number. */
    boolean takes(String line) {
        return inBlock || isTitle(line);
    }

    private static boolean isTitle(String line) {
        if (line.length() > 1_000 || line.indexOf('[') < 0 || line.indexOf('[') > 4) {
            return false;
        }
        String text = line.strip();
        return text.startsWith("> [")
                || text.endsWith(":") && TITLE.matcher(text).find() && text.contains("/");
    }

    void add(String line) {
        String text = line.stripTrailing();
        all.add(text);
        boolean repeats = BuildLog.repeatsCommand(text);
        boolean last = repeats || text.contains("failed to solve");
        if (inBlock && (last || text.equals(RULE))) {
            block = open.isEmpty() && !block.isEmpty() ? block : open;
            inBlock = false;
        }
        if (last) {
            verdict(text, repeats);
        } else if (inBlock) {
            String said = text.substring(BuildKitLog.number(text));
            open.add(said.substring(Math.min(said.length(), BuildKitLog.afterSeconds(said, 0))));
        } else if (isTitle(text)) {
            String title = text.strip().replaceFirst("^> ", "");
            blockTitle = title.endsWith(":") ? title.substring(0, title.length() - 1) : title;
            open = new ArrayList<>();
            inBlock = true;
        } else {
            other(text);
        }
    }

    private void verdict(String text, boolean repeats) {
        Matcher matcher = COMMAND.matcher(text);
        if (repeats && matcher.find()) {
            command = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        }
        String cause = BuildLog.cause(text);
        if (!cause.isEmpty()) {
            verdicts.add(cause);
        }
        ended |= repeats;
    }

    private void other(String text) {
        String start = text.stripLeading();
        Matcher line = FRAME.matcher(text);
        Matcher shown = DISPLAY.matcher(start);
        if (line.find()) {
            if (line.group(1) != null) {
                frame.add(line.group(2).strip());
            }
        } else if (shown.find()) {
            display = shown.group(1);
        } else if (!ended
                && !start.startsWith("=> ")
                && !start.startsWith("[+] ")
                && !start.startsWith("-----")
                && !(start.contains("ockerfile:") && !start.contains(" "))) {
            others.add(text.substring(Math.min(text.length(), BuildKitLog.afterSeconds(text, 0))));
        }
    }

    /** All lines, as they are. */
    List<String> all() {
        return all;
    }

    /** What the failing step printed; empty where the log has no block, or an empty one. */
    List<String> block() {
        return inBlock ? open : block;
    }

    /** Lines of no known part. */
    List<String> others() {
        return others;
    }

    /** What the builder says at last, without the repeated command. */
    List<String> verdicts() {
        return verdicts;
    }

    /** Of the failing step, from the first of the block, the Dockerfile's lines, the display and the command that has it. */
    String title() {
        return !blockTitle.isEmpty()
                ? blockTitle
                : !frame.isEmpty()
                        ? frame.stream().collect(Collectors.joining("\n"))
                        : !display.isEmpty() ? display : command.isEmpty() ? "" : "RUN " + command;
    }
}
