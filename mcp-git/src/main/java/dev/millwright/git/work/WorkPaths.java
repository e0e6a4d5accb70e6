package dev.millwright.git.work;

import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;

/** Paths of a working tree as a caller writes them: literal, from its top, never patterns. */
public final class WorkPaths {
    private WorkPaths() {}

    /**
     * In the form they have in the index; the top itself is {@code ""}.
     *
     * @param field of the input, for the message
     * @throws ToolException {@code INVALID_INPUT} for one that is absolute, leads up, or into Git's own folder
     */
    public static List<String> of(String field, List<String> paths) {
        List<String> literal = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            literal.add(of("/%s/%d".formatted(field, i), paths.get(i)));
        }
        return literal;
    }

    /** One alone, as {@link #of}. */
    public static String one(String field, String path) {
        return of("/" + field, path);
    }

    private static String of(String where, String path) {
        List<String> names = new ArrayList<>();
        boolean wrong = path.isEmpty() || path.startsWith("/") || path.indexOf('\0') >= 0;
        for (String name : path.split("/")) {
            wrong |= name.equals("..") || name.equalsIgnoreCase(".git");
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        if (wrong) {
            throw ToolException.invalidInput("%s must be a path from the top of the working tree, without ..: %s"
                    .formatted(where, RepoText.path(path, 200)));
        }
        return String.join("/", names);
    }
}
