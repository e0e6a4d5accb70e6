package dev.millwright.git.work;

import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** All files and links below a folder, whatever rules say; repositories of their own are passed over. */
final class FilesBelow {
    private FilesBelow() {}

    static List<String> of(WorkFolders folders, String top) {
        List<String> files = new ArrayList<>();
        Deque<String> rest = new ArrayDeque<>(List.of(top));
        while (!rest.isEmpty()) {
            String path = rest.pop();
            List<String> below = new ArrayList<>();
            Optional<Folder> folder = folders.find(path);
            boolean[] nested = {false};
            List<String> here = new ArrayList<>();
            folder.ifPresent(in -> in.entries((name, type) -> {
                nested[0] |= name.equals(".git");
                if (type == EntryType.FOLDER) {
                    below.add(path + "/" + name);
                } else if (type != EntryType.SPECIAL) {
                    here.add(path + "/" + name);
                }
                return true;
            }));
            if (!nested[0]) {
                files.addAll(here);
                below.forEach(rest::push);
            }
        }
        files.sort(null);
        return files;
    }
}
