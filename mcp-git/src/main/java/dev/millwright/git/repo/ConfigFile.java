package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** The configuration of a repository on disk: a few keys are changed under Git's lock, all other bytes stay. */
public final class ConfigFile {
    private static final int BYTES = 4 << 20;
    private static final int TRIES = 10;
    private static final String NAME = "config";
    private static final String LOCK = "config.lock";

    private final Repo repo;

    public ConfigFile(Repo repo) {
        this.repo = repo;
    }

    /**
     * Gives {@code section.subsection.key} exactly these values; none removes it.
     *
     * @throws ToolException {@code INVALID_INPUT} for a control character, {@code CONFLICT} when the file is locked
     */
    public void set(String section, String subsection, String key, List<String> values) {
        change(text -> text.set(section, subsection, key, values));
    }

    /** Removes a section with all its keys; nothing when there is none. */
    public void remove(String section, String subsection) {
        change(text -> text.remove(section, subsection));
    }

    /** Gives a section another name; nothing when there is none. */
    public void rename(String section, String from, String to) {
        change(text -> text.rename(section, from, to));
    }

    /** Makes several changes in one go; the repository that is open follows. Throws as {@link #set}. */
    public void change(UnaryOperator<ConfigText> edit) {
        try (Folder folder = repo.workspace().folder(repo.commonDir())) {
            for (int tries = 0; tries < TRIES; tries++) {
                if (tried(folder, edit)) {
                    return;
                }
            }
        }
        throw ToolException.conflict(
                "the configuration of %s is changed by others all the time".formatted(repo.shown()));
    }

    /** False when another program was faster. */
    private boolean tried(Folder folder, UnaryOperator<ConfigText> edit) {
        Optional<Stat> before = folder.stat(NAME);
        ConfigText old = before.isPresent() ? read(folder) : new ConfigText(new byte[0]);
        ConfigText text = edit.apply(old);
        if (text.equals(old)) {
            return true;
        }
        try (NewFile next = folder.create("config." + UUID.randomUUID())) {
            byte[] bytes = text.bytes();
            next.write(bytes, 0, bytes.length);
            next.mode(before.map(stat -> stat.mode() & 0777).orElse(0644));
            take(folder, next);
        }
        if (!Marks.same(before, folder.stat(NAME))) {
            folder.remove(LOCK);
            return false;
        }
        folder.rename(LOCK, folder, NAME, true);
        folder.sync();
        if (repo.git() instanceof GuardedRepository guarded) {
            guarded.use(Settings.of(repo.shown(), List.of(text.toString())));
        }
        return true;
    }

    private void take(Folder folder, NewFile next) {
        try {
            next.linkAs(LOCK);
        } catch (ToolException e) {
            throw e.kind() == ToolException.Kind.CONFLICT
                    ? Locks.held(repo, repo.git().getCommonDirectory().toPath().resolve(NAME))
                    : e;
        }
    }

    private ConfigText read(Folder folder) {
        try (OpenFile file = folder.file(NAME)) {
            long size = file.stat().size();
            if (size > BYTES) {
                throw ToolException.limit("the configuration of %s is too large to be changed".formatted(repo.shown()));
            }
            byte[] bytes = new byte[(int) size];
            int length = file.read(0, bytes, 0, bytes.length);
            return new ConfigText(java.util.Arrays.copyOf(bytes, length));
        }
    }
}
