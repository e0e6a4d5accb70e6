package dev.millwright.git.stash;

import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** The list of stashes: the log of {@code refs/stash}, whose last line is the newest. */
final class StashLog {
    private static final int ID = 40;
    private static final int LONGEST = 16 << 20;
    private static final String NAME = "stash";
    private static final String TEMPORARY = "millwright-stash";

    /** One stash. @param time seconds since 1970 */
    record Line(ObjectId id, long time, String message) {}

    private final Repo repo;

    StashLog(Repo repo) {
        this.repo = repo;
    }

    /** Newest first. */
    List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (String line : raw()) {
            int tab = line.indexOf('\t');
            String head = tab < 0 ? line : line.substring(0, tab);
            String[] words = head.substring(head.lastIndexOf('>') + 1).strip().split(" ");
            long time = words[0].matches("[0-9]{1,12}") ? Long.parseLong(words[0]) : 0;
            lines.addFirst(new Line(
                    ObjectId.fromString(line.substring(ID + 1, 2 * ID + 1)),
                    time,
                    tab < 0 ? "" : line.substring(tab + 1)));
        }
        return lines;
    }

    /** Oldest first, as they are written. */
    private List<String> raw() {
        if (new RefValue(repo).now().equals(ObjectId.zeroId())) {
            return List.of();
        }
        return inLogs((folder, name) -> {
                    if (folder.stat(name).isEmpty()) {
                        return "";
                    }
                    try (OpenFile file = folder.file(name)) {
                        return new String(Version.all(file, LONGEST), StandardCharsets.UTF_8);
                    }
                })
                .lines()
                .filter(line -> line.length() > 2 * ID
                        && ObjectId.isId(line.substring(0, ID))
                        && ObjectId.isId(line.substring(ID + 1, 2 * ID + 1)))
                .toList();
    }

    /** Takes one out, and mends the line that follows it. @param number 0 for the newest */
    void drop(Change change, int number) {
        List<String> raw = new ArrayList<>(raw());
        ObjectId newest = new RefValue(repo).now();
        RefWrites refs = new RefWrites(change);
        int at = raw.size() - 1 - number;
        String gone = raw.remove(at);
        if (raw.isEmpty()) {
            refs.delete(Constants.R_STASH, newest);
            return;
        }
        if (at < raw.size()) {
            raw.set(at, gone.substring(0, ID) + raw.get(at).substring(ID));
        }
        ObjectId last = ObjectId.fromString(raw.getLast().substring(ID + 1, 2 * ID + 1));
        if (!last.equals(newest)) {
            refs.put(Constants.R_STASH, newest, last, "drop");
        }
        byte[] text = (String.join("\n", raw) + "\n").getBytes(StandardCharsets.UTF_8);
        inLogs((folder, name) -> {
            try (NewFile file = folder.create(TEMPORARY)) {
                file.write(text, 0, text.length);
                file.mode(0644);
                file.linkAs(TEMPORARY);
            }
            folder.rename(TEMPORARY, folder, name, true);
            return true;
        });
    }

    private <T> T inLogs(BiFunction<Folder, String, T> look) {
        try (Folder common = repo.workspace().folder(repo.commonDir());
                Folder logs = common.folder(Constants.LOGS);
                Folder refs = logs.folder("refs")) {
            return look.apply(refs, NAME);
        } catch (ToolException e) {
            throw e.kind() == ToolException.Kind.NOT_FOUND
                    ? ToolException.unavailable("the list of stashes of " + repo.shown() + " is missing", e)
                    : e;
        }
    }
}
