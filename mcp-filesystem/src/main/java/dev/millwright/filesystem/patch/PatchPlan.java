package dev.millwright.filesystem.patch;

import dev.millwright.filesystem.text.WholeText;
import dev.millwright.filesystem.undo.Transaction;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a patch makes of a workspace: worked out file by file, then handed over as one transaction. */
public final class PatchPlan {
    /** What becomes of a file. */
    public enum Action {
        CREATED,
        CHANGED,
        RENAMED,
        DELETED
    }

    /**
     * One file.
     *
     * @param fits hunks that did not go exactly where the patch said
     */
    public record Done(String path, Action action, Optional<String> from, int added, int removed, List<String> fits) {}

    private static final int MAX_FILE = 1 << 26;

    /** A file of the workspace as it was found, and its text as the patch has it so far. */
    private record Found(Target target, Stat seen, byte[] content, WholeText whole, String text) {
        Found with(String text) {
            return new Found(target, seen, content, whole, text);
        }

        boolean isChanged() {
            return !text.equals(whole.text());
        }
    }

    private final Workspace workspace;
    private final int fuzz;
    private final Map<String, Found> found = new LinkedHashMap<>();
    private final Map<String, String> renamed = new LinkedHashMap<>();
    private final Map<String, String> created = new LinkedHashMap<>();
    private final List<String> deleted = new ArrayList<>();
    private final List<Done> done = new ArrayList<>();

    public PatchPlan(Workspace workspace, int fuzz) {
        this.workspace = workspace;
        this.fuzz = fuzz;
    }

    /** @throws ToolException {@code CONFLICT} when a hunk does not fit */
    public void add(FilePatch patch) {
        String path = patch.path();
        Optional<String> from = patch.renames() ? patch.from() : Optional.empty();
        if (deleted.contains(path) || patch.from().filter(renamed::containsKey).isPresent()) {
            throw ToolException.invalidInput("/patch comes back to " + path + " after it was deleted or renamed");
        } else if (patch.from().isEmpty() || created.containsKey(path)) {
            String before = created.getOrDefault(path, "");
            if (patch.from().isEmpty() && created.containsKey(path)) {
                throw ToolException.invalidInput("/patch creates " + path + " twice");
            }
            Patched patched = new Patched(path, before, "\n", 0).apply(patch.hunks());
            created.put(path, patched.text());
            tell(path, Action.CREATED, from, patched);
            return;
        }
        String old = patch.from().get();
        Found file = found.computeIfAbsent(old, this::read);
        Patched patched =
                new Patched(old, file.text(), file.whole().format().eol().text(), fuzz).apply(patch.hunks());
        if (patch.to().isEmpty()) {
            if (!patch.hunks().isEmpty() && !patched.text().isEmpty()) {
                throw ToolException.conflict(
                        old + " is to be deleted, but has lines the patch does not know; read it again");
            }
            deleted.add(old);
            tell(old, Action.DELETED, from, patched);
            return;
        }
        found.put(old, file.with(patched.text()));
        if (patch.renames()) {
            renamed.put(old, path);
        }
        tell(path, patch.renames() ? Action.RENAMED : Action.CHANGED, from, patched);
    }

    private Found read(String path) {
        Target target = workspace.at(path);
        try (OpenFile file = workspace.open(target)) {
            Stat seen = file.stat();
            if (!seen.isFile()) {
                throw ToolException.invalidInput(path + " is not a regular file");
            } else if (seen.size() > MAX_FILE) {
                throw ToolException.limit(
                        path + " has " + seen.size() + " bytes; files up to " + MAX_FILE + " can be patched");
            }
            byte[] content = Version.all(file, MAX_FILE);
            WholeText whole = WholeText.of(content)
                    .orElseThrow(() -> ToolException.invalidInput(path + " is binary; only text can be patched"));
            return new Found(target, seen, content, whole, whole.text());
        }
    }

    private void tell(String path, Action action, Optional<String> from, Patched patched) {
        List<String> inexact = patched.fits().stream()
                .filter(fit -> fit.offset() != 0 || fit.fuzz() != 0)
                .map(fit -> "hunk %d at line %d, offset %d, fuzz %d"
                        .formatted(fit.hunk(), fit.line(), fit.offset(), fit.fuzz()))
                .toList();
        done.add(new Done(path, action, from, patched.added(), patched.removed(), inexact));
    }

    /** Plans the changes: deletions first, so that their names are free, then contents, names, and new files. */
    public void into(Transaction transaction) {
        for (String path : deleted) {
            transaction.trash(workspace.at(path));
        }
        found.forEach((path, file) -> {
            if (!deleted.contains(path) && file.isChanged()) {
                byte[] content = file.whole().with(file.text(), file.content());
                transaction.write(file.target(), content, Optional.empty(), Optional.of(file.seen()));
            }
        });
        renamed.forEach((from, to) -> {
            transaction.makeParents(workspace.at(to));
            transaction.move(workspace.at(from), workspace.at(to));
        });
        created.forEach(
                (path, text) -> transaction.create(workspace.at(path), text.getBytes(StandardCharsets.UTF_8), true));
    }

    public List<Done> done() {
        return List.copyOf(done);
    }
}
