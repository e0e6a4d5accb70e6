package dev.millwright.filesystem.search;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import java.util.Arrays;
import java.util.Optional;

/** Reads the ignore files of a folder. */
final class IgnoreLoader {
    /** Bytes of an ignore file that count; more is not a list of rules. */
    private static final int MAX = 1 << 20;

    private IgnoreLoader() {}

    /** @param path of the folder from the root */
    static IgnoreRules within(Folder folder, String path, IgnoreRules outer) {
        Optional<Stat> git = folder.stat(".git");
        Optional<IgnoreFile> exclude = git.filter(Stat::isFolder).flatMap(stat -> exclude(folder));
        return outer.within(
                path, read(folder, IgnoreRules.PLAIN), read(folder, IgnoreRules.GIT), exclude, git.isPresent());
    }

    private static Optional<IgnoreFile> exclude(Folder folder) {
        try (Folder git = folder.folder(".git")) {
            if (git.stat("info").filter(Stat::isFolder).isEmpty()) {
                return Optional.empty();
            }
            try (Folder info = git.folder("info")) {
                return read(info, "exclude");
            }
        } catch (ToolException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<IgnoreFile> read(Folder folder, String name) {
        if (folder.stat(name).filter(Stat::isFile).isEmpty()) {
            return Optional.empty();
        }
        try (OpenFile file = folder.file(name)) {
            byte[] bytes = new byte[(int) Math.min(file.stat().size(), MAX)];
            return Optional.of(IgnoreFile.parse(Arrays.copyOf(bytes, file.read(0, bytes, 0, bytes.length))))
                    .filter(rules -> !rules.isEmpty());
        } catch (ToolException unreadable) {
            return Optional.empty();
        }
    }
}
