package dev.millwright.filesystem.search;

import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Walks folders with all processors. Links are never followed, special files never opened, repositories' own
 * {@code .git} folders and this program's folders passed over.
 *
 * @param depth levels below each folder, 1 for its own entries
 * @param foldersToo whether folders themselves are visited
 */
public record Walk(Workspace workspace, Globs globs, boolean respectIgnore, int depth, boolean foldersToo) {
    /** Entries handed to another thread at once, so that one huge folder keeps all busy. */
    private static final int BATCH = 256;

    private record Entry(String name, EntryType type) {}

    /** Where a walk begins: {@code shown} goes before every path, {@code real} is the path from the root. */
    private record Start(Target target, String shown, String real, IgnoreRules rules) {}

    /** A folder to be entered: its paths as the globs, the caller and the ignore rules see it. */
    private record Branch(Start start, String path, IgnoreRules rules, int level) {
        String shown(String name) {
            return join(start.shown, join(path, name));
        }

        String real(String name) {
            return join(start.real, join(path, name));
        }
    }

    /**
     * Visits all that lies in the folders named.
     *
     * @throws ToolException {@code NOT_FOUND} or {@code INVALID_INPUT} when a target is not a folder
     * @throws InterruptedException when the call is over
     */
    public void run(List<Target> targets, Supplier<? extends Visitor> visitors, Call call) throws InterruptedException {
        WorkPile pile = new WorkPile(call);
        for (Target target : targets) {
            SharedFolder folder = new SharedFolder(workspace.folder(target));
            String real = folder.folder().path();
            String shown = target.shown().equals(".") ? "" : target.shown();
            Start start = new Start(target, shown, real, respectIgnore ? rulesAbove(target, real) : IgnoreRules.NONE);
            Branch branch = new Branch(start, "", start.rules(), 1);
            pile.add(visitor -> enter(pile, branch, folder, (Visitor) visitor));
        }
        pile.work(visitors);
    }

    private IgnoreRules rulesAbove(Target target, String real) {
        IgnoreRules rules = IgnoreRules.NONE;
        for (int slash = real.isEmpty() ? -1 : 0; slash >= 0; slash = real.indexOf('/', slash + 1)) {
            String path = real.substring(0, slash);
            try (Folder folder = workspace.folder(workspace.at(target.root(), path))) {
                rules = IgnoreLoader.within(folder, path, rules);
            }
        }
        return rules;
    }

    private void enter(WorkPile pile, Branch branch, SharedFolder folder, Visitor visitor) {
        try {
            IgnoreRules rules = respectIgnore
                    ? IgnoreLoader.within(folder.folder(), join(branch.start.real, branch.path), branch.rules)
                    : branch.rules;
            Branch here = new Branch(branch.start, branch.path, rules, branch.level);
            List<Entry> batch = new ArrayList<>();
            folder.folder().entries((name, type) -> {
                batch.add(new Entry(name, type));
                if (batch.size() == BATCH) {
                    List<Entry> full = List.copyOf(batch);
                    batch.clear();
                    folder.hold();
                    pile.add(helper -> visit(pile, here, folder, full, (Visitor) helper));
                }
                return !pile.stopped();
            });
            visit(pile, here, folder.hold(), batch, visitor);
        } catch (ToolException e) {
            gone(branch.shown(""), e, visitor);
        } finally {
            folder.release();
        }
    }

    private void visit(WorkPile pile, Branch branch, SharedFolder folder, List<Entry> entries, Visitor visitor) {
        try {
            for (Entry entry : entries) {
                if (pile.stopped()) {
                    return;
                }
                visit(pile, branch, folder, entry, visitor);
            }
        } finally {
            folder.release();
        }
    }

    private void visit(WorkPile pile, Branch branch, SharedFolder folder, Entry entry, Visitor visitor) {
        String name = entry.name();
        String path = join(branch.path, name);
        boolean isFolder = entry.type() == EntryType.FOLDER;
        if (respectIgnore && (name.equals(".git") || branch.rules.ignored(branch.real(name), name, isFolder))) {
            return;
        }
        String shown = join(branch.start.shown, path);
        if (!isFolder) {
            if (globs.pass(path, name)) {
                visitor.visit(folder.folder(), shown, name, entry.type());
            }
            return;
        }
        if (globs.prune(path, name) || workspace.isOurs(branch.start.target.root(), branch.real(name))) {
            return;
        }
        if (foldersToo && globs.pass(path, name)) {
            visitor.visit(folder.folder(), shown, name, entry.type());
        }
        if (branch.level < depth && visitor.enters(shown)) {
            Branch below = new Branch(branch.start, path, branch.rules, branch.level + 1);
            folder.hold();
            pile.add(helper -> open(pile, below, folder, name, (Visitor) helper));
        }
    }

    private void open(WorkPile pile, Branch branch, SharedFolder parent, String name, Visitor visitor) {
        try {
            if (!pile.stopped() && visitor.enters(branch.shown(""))) {
                enter(pile, branch, new SharedFolder(parent.folder().folder(name)), visitor);
            }
        } catch (ToolException e) {
            gone(branch.shown(""), e, visitor);
        } finally {
            parent.release();
        }
    }

    /** What vanished while we walked is no one's loss; what may not be read is named. */
    private static void gone(String path, ToolException e, Visitor visitor) {
        if (e.kind() != ToolException.Kind.NOT_FOUND) {
            visitor.unreadable(path);
        }
    }

    private static String join(String folder, String name) {
        return folder.isEmpty() ? name : name.isEmpty() ? folder : folder + "/" + name;
    }
}
