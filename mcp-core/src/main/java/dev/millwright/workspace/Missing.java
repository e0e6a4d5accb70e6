package dev.millwright.workspace;

import dev.millwright.json.Schema;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says of a path that is not there how far it exists and what comes close. */
final class Missing {
    private static final int LOOKED_AT = 2000;

    private Missing() {}

    static String message(Root root, Target target) {
        String path = target.path();
        while (path.lastIndexOf('/') > 0) {
            path = path.substring(0, path.lastIndexOf('/'));
            Optional<String> said = in(root, path, target);
            if (said.isPresent()) {
                return said.get();
            }
        }
        return in(root, "", target).orElse(target.shown() + " does not exist");
    }

    private static Optional<String> in(Root root, String path, Target target) {
        try (Folder folder = root.folder(new Target(root, path, target.prefix()))) {
            String rest = target.path().substring(path.isEmpty() ? 0 : path.length() + 1);
            String name = rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest;
            List<String> names = new ArrayList<>();
            folder.entries((entry, type) -> names.add(entry) && names.size() < LOOKED_AT);
            String close = Schema.nearest(name, names)
                    .map(nearest -> "; did you mean " + nearest + "?")
                    .orElse("");
            if (names.contains(name)) {
                // It is there: a link to what is not, or just made by someone else.
                return Optional.of(target.shown() + " leads to nothing");
            }
            String where = path.isEmpty() ? "the root" : path;
            return Optional.of(target.shown() + " does not exist: " + where + " holds no " + name + close);
        } catch (ToolException e) {
            return Optional.empty();
        }
    }
}
