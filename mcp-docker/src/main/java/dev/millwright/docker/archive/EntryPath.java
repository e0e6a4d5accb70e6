package dev.millwright.docker.archive;

import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;

/** Names in archives, brought into one form; what leads out of the image is refused, as engines refuse it. */
public final class EntryPath {
    /** As Linux bounds them (limits.h: PATH_MAX, NAME_MAX). */
    private static final int LONGEST = 4096;

    private EntryPath() {}

    /** @throws ToolException for a name that leads out of the root, is too long, or holds NUL */
    static String normal(String name, String where) {
        target(name, where);
        return isNormal(name) ? name : clean(name, where);
    }

    /** What a symbolic link says, as it stands: it may lead anywhere, and is never followed out of the image. */
    static String target(String text, String where) {
        if (text.length() > LONGEST) {
            throw refused(where, text, "longer than " + LONGEST + " characters");
        } else if (text.indexOf('\0') >= 0) {
            throw refused(where, text, "with a NUL");
        }
        return text;
    }

    /** The common case: nothing to do but, at most, to drop the slash at the end. */
    private static boolean isNormal(String name) {
        int start = 0;
        int length = name.length();
        for (int i = 0; i <= length; i++) {
            if (i == length || name.charAt(i) == '/') {
                int part = i - start;
                if (part == 0
                        || name.charAt(start) == '.' && (part == 1 || part == 2 && name.charAt(start + 1) == '.')) {
                    return false;
                }
                start = i + 1;
            }
        }
        return true;
    }

    private static String clean(String name, String where) {
        StringBuilder clean = new StringBuilder(name.length());
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                if (clean.isEmpty()) {
                    throw refused(where, name, "which leads out of the image");
                }
                clean.setLength(Math.max(0, clean.lastIndexOf("/")));
            } else if (!part.isEmpty() && !part.equals(".")) {
                clean.append(clean.isEmpty() ? "" : "/").append(part);
            }
        }
        return clean.toString();
    }

    /** A path that a file of the image names, from its root; {@code ..} leads no further up than that. */
    public static String rooted(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.removeLast();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    /** The folder of a normal path, empty for the root. */
    public static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static ToolException refused(String where, String name, String why) {
        String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
        return ToolException.invalidInput(
                "%s is refused: it holds the path %s, %s".formatted(where, shown.replace("\0", "\\0"), why));
    }
}
