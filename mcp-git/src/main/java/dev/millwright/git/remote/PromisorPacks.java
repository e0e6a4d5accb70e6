package dev.millwright.git.remote;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Marks packs that came from a remote which promised what they lack: native Git takes an object for missing, unless a pack
 * with a file {@code .promisor} names it. JGit writes none.
 */
final class PromisorPacks {
    private static final String KEEP = ".keep";
    private static final String MARK = ".promisor";
    private static final int MOST = 4096;

    private PromisorPacks() {}

    /** @param message of the locks that hold the packs which were just received */
    static void mark(Repo repo, String message) {
        try (Folder git = repo.workspace().folder(repo.commonDir());
                Folder objects = git.folder("objects");
                Folder packs = objects.folder("pack")) {
            List<String> held = new ArrayList<>();
            packs.entries((name, type) -> {
                if (type == EntryType.FILE && name.endsWith(KEEP)) {
                    held.add(name);
                }
                return true;
            });
            for (String name : held) {
                String mark = name.substring(0, name.length() - KEEP.length()) + MARK;
                if (message.equals(content(packs, name)) && packs.stat(mark).isEmpty()) {
                    try (NewFile file = packs.create(mark)) {
                        file.linkAs(mark);
                    }
                }
            }
        }
    }

    private static String content(Folder packs, String name) {
        try (OpenFile file = packs.file(name)) {
            return new String(Version.all(file, MOST), StandardCharsets.UTF_8).strip();
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                // Another program let its pack go meanwhile: it was not ours.
                return "";
            }
            throw e;
        }
    }
}
