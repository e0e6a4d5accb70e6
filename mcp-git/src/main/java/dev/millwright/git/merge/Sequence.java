package dev.millwright.git.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millwright.git.repo.Repo;
import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.json.Schema;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Commits that are applied one after the other, and how far that is. Kept in the Git folder while a conflict waits.
 *
 * @param branch that a rebase moves at its end, as in {@code refs/heads/topic}; empty for a detached {@code HEAD}
 * @param original where {@code HEAD} was
 * @param tip the commit that the next step goes on
 * @param steps what is left to do; the first one is that in conflict
 */
public record Sequence(
        Kind kind, Optional<String> branch, String original, String tip, boolean noCommit, List<Step> steps) {
    /** What is done. */
    public enum Kind {
        CHERRY_PICK,
        REVERT,
        REBASE
    }

    /** What becomes of one commit. */
    public enum Action {
        PICK,
        REVERT,
        REWORD,
        SQUASH,
        FIXUP,
        DROP
    }

    /**
     * @param mainline which parent of a merge commit counts as before, from 1; 0 for others
     * @param message instead of the commit's own
     */
    public record Step(Action action, String commit, int mainline, Optional<String> message) {}

    private static final String FOLDER = "millwright";
    private static final String FILE = "sequence";
    private static final String TEMPORARY = "sequence-new";
    private static final int LONGEST = 10_000_000;

    public Sequence {
        steps = List.copyOf(steps);
    }

    Sequence at(ObjectId newTip, List<Step> left) {
        return new Sequence(kind, branch, original, newTip.name(), noCommit, left);
    }

    Sequence withoutFirst() {
        return new Sequence(kind, branch, original, tip, noCommit, steps.subList(1, steps.size()));
    }

    /** How answers call it. */
    public String shown() {
        return switch (kind) {
            case CHERRY_PICK -> "cherry-pick";
            case REVERT -> "revert";
            case REBASE -> "rebase";
        };
    }

    /** The one that waits in a repository. */
    public static Optional<Sequence> read(Repo repo) {
        try (Folder git = repo.workspace().folder(repo.gitDir())) {
            if (git.stat(FOLDER).filter(Stat::isFolder).isEmpty()) {
                return Optional.empty();
            }
            try (Folder folder = git.folder(FOLDER)) {
                Optional<Stat> stat = folder.stat(FILE).filter(Stat::isFile);
                if (stat.isEmpty() || stat.get().size() > LONGEST) {
                    return Optional.empty();
                }
                try (OpenFile file = folder.file(FILE)) {
                    String text = new String(Version.all(file, LONGEST), StandardCharsets.UTF_8);
                    return Optional.of(checked(Schema.of(Sequence.class).bind(Json.read(text))));
                }
            }
        } catch (JsonProcessingException | Mismatch e) {
            throw ToolException.conflict("the state of the operation in progress in " + repo.shown()
                    + " cannot be read; abort takes the working tree back to HEAD");
        }
    }

    private static Sequence checked(Sequence read) throws Mismatch {
        List<String> ids = new ArrayList<>(List.of(read.original, read.tip));
        read.steps.forEach(step -> ids.add(step.commit()));
        boolean named =
                read.branch.filter(name -> !name.startsWith("refs/heads/")).isEmpty();
        if (!named || !ids.stream().allMatch(ObjectId::isId)) {
            throw ToolException.conflict("the state of the operation in progress is not one of ours");
        }
        return read;
    }

    void write(Repo repo) {
        byte[] bytes = Json.bytes(Json.tree(this));
        try (Folder git = repo.workspace().folder(repo.gitDir())) {
            if (git.stat(FOLDER).isEmpty()) {
                git.makeFolder(FOLDER);
            }
            try (Folder folder = git.folder(FOLDER)) {
                if (folder.stat(TEMPORARY).isPresent()) {
                    folder.remove(TEMPORARY);
                }
                try (NewFile file = folder.create(TEMPORARY)) {
                    file.write(bytes, 0, bytes.length);
                    file.linkAs(TEMPORARY);
                }
                folder.rename(TEMPORARY, folder, FILE, true);
            }
        }
    }

    static void remove(Repo repo) {
        try (Folder git = repo.workspace().folder(repo.gitDir())) {
            if (git.stat(FOLDER).filter(Stat::isFolder).isPresent()) {
                try (Folder folder = git.folder(FOLDER)) {
                    if (folder.stat(FILE).filter(stat -> !stat.isFolder()).isPresent()) {
                        folder.remove(FILE);
                    }
                }
            }
        }
    }
}
