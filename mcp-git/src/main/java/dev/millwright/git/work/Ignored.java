package dev.millwright.git.work;

import java.util.HashMap;
import java.util.Map;

/** Says of single paths whether they are ignored, with all rules on the way to them. For one thread. */
final class Ignored {
    private final WorkFolders folders;
    private final IgnoreRules everywhere;
    private final Map<String, IgnoreRules> byFolder = new HashMap<>();

    Ignored(WorkFolders folders, IgnoreRules everywhere) {
        this.folders = folders;
        this.everywhere = everywhere;
    }

    boolean test(String path, boolean isFolder) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (isRuledOut(path.substring(0, slash), true)) {
                return true;
            }
        }
        return isRuledOut(path, isFolder);
    }

    private boolean isRuledOut(String path, boolean isFolder) {
        return rules(WorkFolders.parent(path)).ignores(path, WorkFolders.name(path), isFolder);
    }

    private IgnoreRules rules(String folder) {
        IgnoreRules known = byFolder.get(folder);
        if (known == null) {
            IgnoreRules above = folder.isEmpty() ? everywhere : rules(WorkFolders.parent(folder));
            String file = folder.isEmpty() ? IgnoreRules.FILE : folder + "/" + IgnoreRules.FILE;
            known = folders.content(file, Attributes.MOST_BYTES)
                    .map(content -> above.in(folder, content))
                    .orElse(above);
            byFolder.put(folder, known);
        }
        return known;
    }
}
