package dev.millwright.workspace;

import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;

/** What a path and a name may be: literal text that the kernel can be given. */
final class Names {
    private static final int PATH_BYTES = 4095;
    private static final int NAME_BYTES = 255;

    private Names() {}

    /** @throws ToolException {@code INVALID_INPUT} for NUL, an unpaired surrogate, or too long a path or name */
    static void checkPath(String path) {
        if (path.isEmpty()) {
            throw ToolException.invalidInput("path is empty; . is the root");
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == 0) {
                throw ToolException.invalidInput("path holds a NUL character at position " + i);
            } else if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == path.length()
                        || !Character.isLowSurrogate(path.charAt(++i))) {
                    throw ToolException.invalidInput("path holds an unpaired surrogate at position " + i);
                }
            }
        }
        if (path.length() > PATH_BYTES / 4 && path.getBytes(StandardCharsets.UTF_8).length > PATH_BYTES) {
            throw ToolException.invalidInput("path is longer than " + PATH_BYTES + " bytes");
        }
        if (path.length() > NAME_BYTES / 4) {
            for (String name : path.split("/")) {
                if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES) {
                    throw ToolException.invalidInput("a name in the path is longer than " + NAME_BYTES + " bytes: "
                            + name.substring(0, Math.min(40, name.length())) + "…");
                }
            }
        }
    }

    /**
     * A name for something new.
     *
     * @throws ToolException {@code INVALID_INPUT} for control, zero-width and bidirectional control characters, which
     *     make a name look like another
     */
    static void checkNew(String path) {
        path.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                throw ToolException.invalidInput("a new name may not hold the invisible character U+%04X".formatted(c));
            }
        });
    }

    /** A single name, for a call relative to a folder. */
    static String checked(String name) {
        if (!LinuxRoot.isName(name) || name.indexOf('/') >= 0) {
            throw ToolException.invalidInput("not the name of an entry: " + name);
        }
        checkPath(name);
        return name;
    }
}
