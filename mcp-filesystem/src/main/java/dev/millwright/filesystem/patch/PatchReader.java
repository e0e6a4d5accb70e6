package dev.millwright.filesystem.patch;

import dev.millwright.tool.ToolException;
import java.util.List;

/** Reads patches, of whichever format they are. */
public final class PatchReader {
    /** The formats a patch can have. */
    public enum Format {
        /** As {@code diff -u} and {@code git diff} write it. */
        UNIFIED,
        /** Between {@code *** Begin Patch} and {@code *** End Patch}, without line numbers. */
        V4A
    }

    private PatchReader() {}

    /** The format that a patch seems to have. */
    public static Format guess(String patch) {
        return patch.stripLeading().startsWith("*** ")
                        && (patch.contains("*** Begin Patch")
                                || patch.lines()
                                        .anyMatch(line -> line.matches("\\*\\*\\* (Add|Update|Delete) File: .*")))
                ? Format.V4A
                : Format.UNIFIED;
    }

    /** @throws ToolException {@code INVALID_INPUT} naming the line that does not fit */
    public static List<FilePatch> read(String patch, Format format) {
        List<FilePatch> files = switch (format) {
            case UNIFIED -> new UnifiedPatch(lines(patch)).files();
            case V4A -> new V4aPatch(lines(patch)).files();
        };
        if (files.isEmpty()) {
            throw ToolException.invalidInput("/patch names no file; a unified patch has --- and +++ lines,"
                    + " a V4A patch *** Update File: lines");
        }
        return files;
    }

    private static List<String> lines(String patch) {
        String body = patch.endsWith("\n") ? patch.substring(0, patch.length() - 1) : patch;
        return List.of(body.split("\n", -1));
    }

    static ToolException wrong(int line, String what) {
        return ToolException.invalidInput("/patch line " + (line + 1) + " " + what);
    }

    /** Without a carriage return, for lines that are not content. */
    static String plain(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}
