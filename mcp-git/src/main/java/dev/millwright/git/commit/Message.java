package dev.millwright.git.commit;

import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.PersonIdent;

/** The message of a commit or tag, as Git cleans it: git-commit(1), {@code --cleanup}. */
public final class Message {
    private static final Pattern TRAILER = Pattern.compile("[A-Za-z0-9-]+: .*");

    private Message() {}

    /**
     * As given by a caller: no blanks at the ends of lines, no empty lines at the ends, one between paragraphs. Lines that
     * begin with {@code #} stay, as for {@code git commit -m}.
     *
     * @throws ToolException {@code INVALID_INPUT} for an empty one
     */
    public static String given(String message) {
        if (message.indexOf('\0') >= 0) {
            throw ToolException.invalidInput("/message holds a NUL character");
        }
        return clean(message, false);
    }

    /** As Git prepared it: its comments go too. */
    public static String prepared(String message) {
        return clean(message, true);
    }

    private static String clean(String message, boolean comments) {
        List<String> lines = new ArrayList<>();
        boolean gap = false;
        for (String line : message.split("\n", -1)) {
            String stripped = stripped(line);
            if (comments && stripped.startsWith("#")) {
                continue;
            } else if (stripped.isEmpty()) {
                gap = !lines.isEmpty();
                continue;
            }
            if (gap) {
                lines.add("");
                gap = false;
            }
            lines.add(stripped);
        }
        if (lines.isEmpty()) {
            throw ToolException.invalidInput("/message is empty");
        }
        return String.join("\n", lines) + "\n";
    }

    /** Without the blanks of ASCII at its end. */
    private static String stripped(String line) {
        int end = line.length();
        while (end > 0 && " \t\r\f\u000b".indexOf(line.charAt(end - 1)) >= 0) {
            end--;
        }
        return line.substring(0, end);
    }

    /** With a line at the end that says who answers for it, once. */
    public static String signedOff(String message, PersonIdent by) {
        String line = "Signed-off-by: " + by.getName() + " <" + by.getEmailAddress() + ">";
        List<String> lines = message.lines().toList();
        if (lines.contains(line)) {
            return message;
        }
        int paragraph = lines.lastIndexOf("") + 1;
        boolean trailers = paragraph > 0
                && lines.subList(paragraph, lines.size()).stream()
                        .allMatch(each -> TRAILER.matcher(each).matches());
        return message + (trailers ? "" : "\n") + line + "\n";
    }

    /** The first line. */
    public static String subject(String message) {
        return message.lines().findFirst().orElse("");
    }
}
