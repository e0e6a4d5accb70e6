package dev.millwright.git.work;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Compares the working tree with the index in one walk over its folders: what is tracked by size and times, read only
 * where these do not tell, and what is not tracked by the rules of what is ignored. Links are never followed.
 */
final class Scan {
    private static final int DEPTH = 400;
    private static final String GIT = ".git";

    private record Entry(String name, EntryType type) {}

    /** @param ignored whether a folder above is */
    private record Here(
            Folder folder, String path, List<IndexEntry> entries, IgnoreRules rules, boolean ignored, int depth) {
        Here with(IgnoreRules own) {
            return new Here(folder, path, entries, own, ignored, depth);
        }

        String below(String name) {
            return path.isEmpty() ? name : path + "/" + name;
        }
    }

    private final Repo repo;
    private final Call call;
    private final Index index;
    private final Optional<KnownIndex> known;
    private final Looking looking;
    private final boolean everywhere;
    private final Cleaned cleaned;
    private final Pile pile = new Pile();
    private final Queue<Difference> found = new ConcurrentLinkedQueue<>();
    private final Queue<String> unreadable = new ConcurrentLinkedQueue<>();

    Scan(Repo repo, Call call, Index index, Looking looking) {
        this.repo = repo;
        this.call = call;
        this.index = index;
        this.known = index.known(repo);
        this.looking = looking;
        this.everywhere = looking.paths().isEmpty();
        this.cleaned = new Cleaned(repo, new Attributes(repo.git(), new WorkAttributes(repo)));
    }

    /** All that differs, by path. */
    List<Difference> run() {
        IgnoreRules rules = IgnoreRules.of(repo.git());
        Folder top = repo.work();
        pile.add(() -> enter(new Here(top, "", index.entries(), rules, false, 0)));
        pile.run();
        List<Difference> sorted = new ArrayList<>(found);
        sorted.sort(null);
        return sorted;
    }

    /** Folders that this process may not read, and names that are not UTF-8. */
    List<String> unreadable() {
        return unreadable.stream().sorted().distinct().toList();
    }

    /** Walks a folder and closes it. */
    private void enter(Here here) {
        try (here.folder) {
            CallMonitor.check(call);
            if (!pile.stopped()) {
                look(here);
            }
        }
    }

    /** Lists a folder only when it is not known to hold what the index has and nothing else. */
    private void look(Here here) {
        if (known.isEmpty()) {
            walk(here, list(here.folder));
            return;
        }
        Stat before = here.folder.stat();
        if (known.get().isComplete(here.path, before)) {
            follow(here);
        } else if (walk(here, list(here.folder))) {
            known.get().complete(here.path, before);
        }
    }

    /** As {@link #walk} where the entries of the index are those of the folder. */
    private void follow(Here above) {
        List<IndexEntry> entries = above.entries;
        int prefix = above.path.isEmpty() ? 0 : above.path.length() + 1;
        Here here = above;
        if (!Index.at(entries, above.below(IgnoreRules.FILE)).isEmpty()) {
            Optional<Stat> file = above.folder.stat(IgnoreRules.FILE);
            here = above.with(rules(
                    above,
                    file.map(stat -> new Entry(IgnoreRules.FILE, stat.type())).stream()
                            .toList()));
        }
        for (int at = 0; at < entries.size(); ) {
            IndexEntry first = entries.get(at);
            String path = first.path();
            int slash = path.indexOf('/', prefix);
            int end = at + 1;
            if (slash < 0) {
                while (first.stage() != 0
                        && end < entries.size()
                        && entries.get(end).path().equals(path)) {
                    end++;
                }
                compare(here, path.substring(prefix), entries.subList(at, end));
            } else {
                end = Children.end(entries, at, path.substring(0, slash + 1));
                enter(here, path.substring(prefix, slash), entries.subList(at, end));
            }
            at = end;
        }
    }

    private static List<Entry> list(Folder folder) {
        List<Entry> entries = new ArrayList<>();
        folder.entries((name, type) -> entries.add(new Entry(name, type)));
        return entries;
    }

    private static IgnoreRules rules(Here here, List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry.name.equals(IgnoreRules.FILE) && entry.type == EntryType.FILE) {
                try (OpenFile file = here.folder.file(IgnoreRules.FILE)) {
                    byte[] bytes = new byte
                            [(int) Math.min(Attributes.MOST_BYTES, file.stat().size())];
                    int length = file.read(0, bytes, 0, bytes.length);
                    return here.rules.in(here.path, Arrays.copyOf(bytes, length));
                }
            }
        }
        return here.rules;
    }

    /** Says whether the entries were those that the index has. */
    private boolean walk(Here above, List<Entry> entries) {
        Here here = above.with(rules(above, entries));
        boolean exact = true;
        Map<String, Children.Child> children =
                Children.of(here.entries, here.path.isEmpty() ? 0 : here.path.length() + 1);
        Set<String> seen = new HashSet<>(children.size() * 2);
        for (Entry entry : entries) {
            Children.Child child = children.get(entry.name);
            if (child != null) {
                seen.add(entry.name);
                exact &= isExact(entry, child);
                tracked(here, entry, child);
            } else if (!entry.name.equals(GIT)) {
                exact = false;
                untracked(here, entry);
            }
        }
        exact &= seen.size() == children.size();
        children.forEach((name, child) -> {
            if (!seen.contains(name)) {
                child.files().stream().findFirst().ifPresent(entry -> missing(entry, child.files()));
                child.below().forEach(entry -> missing(entry, List.of(entry)));
            }
        });
        return exact;
    }

    private static boolean isExact(Entry entry, Children.Child child) {
        boolean isFolder = entry.type == EntryType.FOLDER;
        boolean asIndexed = child.files().isEmpty()
                ? isFolder
                : child.below().isEmpty()
                        && isFolder == child.files().getFirst().isSubmodule();
        return asIndexed && entry.type != EntryType.SPECIAL && entry.name.indexOf('\uFFFD') < 0;
    }

    private void tracked(Here here, Entry entry, Children.Child child) {
        String path = here.below(entry.name);
        boolean isFolder = entry.type == EntryType.FOLDER;
        boolean compared = false;
        if (!child.files().isEmpty()) {
            boolean submodule = child.files().getFirst().isSubmodule();
            compared = !isFolder || submodule;
            if (compared || child.below().isEmpty()) {
                compare(here, entry.name, child.files());
            }
            if (submodule) {
                return;
            }
        }
        if (!child.below().isEmpty() && isFolder) {
            enter(here, entry.name, child.below());
            return;
        }
        child.below().forEach(each -> missing(each, List.of(each)));
        if (!compared) {
            untracked(here, entry);
        }
    }

    private void enter(Here here, String name, List<IndexEntry> entries) {
        String path = here.below(name);
        if (looking.enters(path)) {
            descend(here, name, entries, here.ignored || here.rules.ignores(path, name, true));
        }
    }

    private void descend(Here here, String name, List<IndexEntry> entries, boolean ignored) {
        String path = here.below(name);
        if (here.depth > DEPTH) {
            throw ToolException.limit(repo.shown(path) + " is nested deeper than " + DEPTH + " folders");
        }
        open(here, name).ifPresent(folder -> {
            Here below = new Here(folder, path, entries, here.rules, ignored, here.depth + 1);
            if (entries.size() > 1) {
                pile.add(() -> enter(below));
            } else {
                enter(below);
            }
        });
    }

    /** Empty for what vanished, or may not be read. */
    private Optional<Folder> open(Here here, String name) {
        try {
            return Optional.of(here.folder.folder(name));
        } catch (ToolException e) {
            return switch (e.kind()) {
                case NOT_FOUND -> Optional.empty();
                case DENIED -> {
                    unreadable.add(here.below(name));
                    yield Optional.empty();
                }
                case INVALID_INPUT, CONFLICT, LIMIT, UNAVAILABLE, INTERNAL -> throw e;
            };
        }
    }

    private void add(String path, Difference.Kind kind, IndexEntry entry) {
        found.add(new Difference(
                path,
                kind,
                Optional.of(new PathChange.Side(org.eclipse.jgit.lib.FileMode.fromBits(entry.mode()), entry.id())),
                Optional.empty()));
    }

    private void missing(IndexEntry entry, List<IndexEntry> stages) {
        if (!looking.wants(entry.path()) || entry.has(IndexEntry.SKIP_WORKTREE)) {
            return;
        } else if (entry.path().indexOf('\uFFFD') >= 0) {
            unreadable.add(entry.path());
        } else if (entry.stage() != 0) {
            conflicted(entry, stages);
        } else {
            add(entry.path(), Difference.Kind.DELETED, entry);
        }
    }

    private void conflicted(IndexEntry entry, List<IndexEntry> stages) {
        if (stages.getFirst().stage() == entry.stage()) {
            found.add(Difference.of(entry.path(), Difference.Kind.CONFLICTED));
        }
    }

    private void compare(Here here, String name, List<IndexEntry> stages) {
        IndexEntry entry = stages.getFirst();
        if (!everywhere && !looking.wants(entry.path())
                || entry.has(IndexEntry.ASSUME_VALID | IndexEntry.SKIP_WORKTREE)) {
            return;
        } else if (entry.path().indexOf('\uFFFD') >= 0) {
            unreadable.add(entry.path());
            return;
        } else if (entry.stage() != 0) {
            conflicted(entry, stages);
            return;
        }
        Optional<Stat> stat = here.folder.stat(name);
        if (stat.isEmpty() || stat.get().isFolder() && !entry.isSubmodule()) {
            add(entry.path(), Difference.Kind.DELETED, entry);
        } else if (entry.has(IndexEntry.INTENT_TO_ADD)) {
            found.add(Difference.of(entry.path(), Difference.Kind.ADDED));
        } else if (entry.isSubmodule()) {
            submodule(here, name, entry, stat.get());
        } else if (typeChanged(entry, stat.get())) {
            add(entry.path(), Difference.Kind.TYPE_CHANGED, entry);
        } else if (cleaned.differs(entry, index.isRacy(entry), here.folder, stat.get())) {
            add(entry.path(), Difference.Kind.MODIFIED, entry);
        }
    }

    private boolean typeChanged(IndexEntry entry, Stat stat) {
        return entry.isLink() ? stat.type() != EntryType.LINK && cleaned.keepsLinks() : stat.type() != EntryType.FILE;
    }

    /** A submodule differs when another commit is checked out in it; what else changed there is its own affair. */
    private void submodule(Here here, String name, IndexEntry entry, Stat stat) {
        if (!stat.isFolder()) {
            add(entry.path(), Difference.Kind.TYPE_CHANGED, entry);
            return;
        }
        open(here, name).ifPresent(folder -> {
            try (folder) {
                SubmoduleHead.of(repo, folder, entry.path())
                        .filter(head -> !head.equals(entry.id()))
                        .ifPresent(head -> add(entry.path(), Difference.Kind.MODIFIED, entry));
            }
        });
    }

    private void untracked(Here here, Entry entry) {
        String path = here.below(entry.name);
        boolean isFolder = entry.type == EntryType.FOLDER;
        if (entry.type == EntryType.SPECIAL || looking.untracked() == Looking.Untracked.NO && !looking.ignored()) {
            return;
        } else if (entry.name.indexOf('\uFFFD') >= 0) {
            unreadable.add(path);
            return;
        } else if (!(isFolder ? looking.enters(path) : looking.wants(path))) {
            return;
        }
        if (here.ignored || here.rules.ignores(path, entry.name, isFolder)) {
            if (looking.ignored()) {
                ignored(here, entry, path);
            }
        } else if (!isFolder) {
            if (looking.untracked() != Looking.Untracked.NO) {
                found.add(Difference.of(path, Difference.Kind.UNTRACKED));
            }
        } else {
            open(here, entry.name).ifPresent(folder -> {
                try (folder) {
                    untrackedFolder(new Here(folder, path, List.of(), here.rules, false, here.depth + 1));
                }
            });
        }
    }

    private void ignored(Here here, Entry entry, String path) {
        if (entry.type != EntryType.FOLDER) {
            found.add(Difference.of(path, Difference.Kind.IGNORED));
            return;
        }
        open(here, entry.name).ifPresent(folder -> {
            try (folder) {
                if (holdsFile(folder, here.depth + 1)) {
                    found.add(Difference.of(path + "/", Difference.Kind.IGNORED));
                }
            }
        });
    }

    private boolean holdsFile(Folder folder, int depth) {
        if (depth > DEPTH) {
            return true;
        }
        for (Entry entry : list(folder)) {
            if (entry.type == EntryType.FILE || entry.type == EntryType.LINK) {
                return true;
            } else if (entry.type == EntryType.FOLDER) {
                try (Folder below = folder.folder(entry.name)) {
                    if (holdsFile(below, depth + 1)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void untrackedFolder(Here above) {
        CallMonitor.check(call);
        if (above.depth > DEPTH) {
            throw ToolException.limit(repo.shown(above.path) + " is nested deeper than " + DEPTH + " folders");
        }
        List<Entry> entries = list(above.folder);
        boolean wanted = looking.untracked() != Looking.Untracked.NO;
        if (isRepository(entries)) {
            if (wanted && looking.wants(above.path)) {
                found.add(Difference.of(above.path + "/", Difference.Kind.UNTRACKED));
            }
            return;
        }
        Here here = new Here(above.folder, above.path, List.of(), rules(above, entries), false, above.depth);
        boolean whole = looking.untracked() == Looking.Untracked.FOLDERS && looking.wants(here.path);
        if (whole && holdsUntracked(here, entries)) {
            found.add(Difference.of(here.path + "/", Difference.Kind.UNTRACKED));
        }
        if (!whole || looking.ignored()) {
            Scan inner = whole ? new Scan(this, Looking.Untracked.NO) : this;
            entries.forEach(entry -> inner.untracked(here, entry));
            if (whole) {
                found.addAll(inner.found);
            }
        }
    }

    /** Whether anything in a folder is not ignored; looks no further than the first. */
    private boolean holdsUntracked(Here here, List<Entry> entries) {
        CallMonitor.check(call);
        for (Entry entry : entries) {
            boolean isFolder = entry.type == EntryType.FOLDER;
            if (entry.type == EntryType.SPECIAL
                    || here.ignored
                    || here.rules.ignores(here.below(entry.name), entry.name, isFolder)) {
                continue;
            } else if (!isFolder || here.depth >= DEPTH || holdsUntracked(here, entry.name)) {
                return true;
            }
        }
        return false;
    }

    private boolean holdsUntracked(Here above, String name) {
        Optional<Folder> folder = open(above, name);
        if (folder.isEmpty()) {
            return false;
        }
        try (Folder in = folder.get()) {
            List<Entry> entries = list(in);
            Here here = new Here(in, above.below(name), List.of(), above.rules, false, above.depth + 1);
            return isRepository(entries)
                    || holdsUntracked(
                            new Here(in, here.path, List.of(), rules(here, entries), false, here.depth), entries);
        }
    }

    private static boolean isRepository(List<Entry> entries) {
        return entries.stream().anyMatch(entry -> entry.name.equals(GIT) && entry.type != EntryType.LINK);
    }

    /** To find what is ignored in a folder that is reported whole. */
    private Scan(Scan outer, Looking.Untracked untracked) {
        this.repo = outer.repo;
        this.call = outer.call;
        this.index = outer.index;
        this.known = outer.known;
        this.looking = new Looking(outer.looking.paths(), untracked, outer.looking.ignored());
        this.everywhere = outer.everywhere;
        this.cleaned = outer.cleaned;
    }
}
