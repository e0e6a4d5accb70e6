package dev.millwright.git.diff;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.git.repo.RepoText;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.util.OptionalInt;

/**
 * Lines of a file, as many as fit.
 *
 * @param first counted from 1; {@code last} with it is the range, below it for none
 * @param more whether lines that were asked for are left out
 */
public record BlobText(String text, int first, int last, int total, boolean more) {
    /**
     * @param bytes of JSON that the text may take; a line longer than that is cut
     * @throws ToolException {@code INVALID_INPUT} for a range that is none
     */
    public static BlobText of(byte[] content, int startLine, OptionalInt endLine, int bytes) {
        Lines lines = new Lines(content);
        if (startLine > Math.max(1, lines.count())) {
            throw ToolException.invalidInput(
                    "/startLine is %d, but there are %d lines".formatted(startLine, lines.count()));
        } else if (endLine.orElse(Integer.MAX_VALUE) < startLine) {
            throw ToolException.invalidInput("/endLine is before /startLine");
        }
        int wanted = Math.min(endLine.orElse(Integer.MAX_VALUE), lines.count());
        StringBuilder out = new StringBuilder();
        int left = bytes;
        int line = startLine - 1;
        for (; line < wanted; line++) {
            int end = lines.end(line);
            boolean fed = lines.bytes()[end - 1] == '\n';
            String text = PatchText.line(lines, line) + (fed ? "\n" : "");
            int cost = Json.size(TextNode.valueOf(text));
            if (cost > left) {
                if (out.isEmpty()) {
                    out.append(RepoText.line(text, Math.max(2, left / 6))).append('\n');
                    line++;
                }
                break;
            }
            left -= cost;
            out.append(text);
        }
        return new BlobText(out.toString(), startLine, line, lines.count(), line < wanted);
    }
}
