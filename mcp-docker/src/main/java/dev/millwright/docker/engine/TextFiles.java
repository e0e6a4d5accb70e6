package dev.millwright.docker.engine;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text files that a call names. */
public final class TextFiles {
    private TextFiles() {}

    /**
     * The whole file, as UTF-8.
     *
     * @param longest bytes at most
     * @throws ToolException {@code LIMIT} for a longer one, {@code INVALID_INPUT} for what is not UTF-8
     */
    public static String read(Workspace workspace, Target target, int longest) {
        try (OpenFile file = workspace.open(target)) {
            long size = file.stat().size();
            if (size > longest) {
                throw ToolException.limit(target + " has %d bytes, more than %d".formatted(size, longest));
            }
            byte[] bytes = new byte[(int) size];
            int length = 0;
            while (length < bytes.length) {
                int count = file.read(length, bytes, length, bytes.length - length);
                if (count == 0) {
                    break;
                }
                length += count;
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ToolException.invalidInput(target + " is not UTF-8 text");
        }
    }
}
