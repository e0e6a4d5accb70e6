package dev.millwright.git.history;

import dev.millwright.git.diff.Comparison;
import dev.millwright.git.diff.Edit;
import dev.millwright.git.diff.Entry;
import dev.millwright.git.diff.FileChange;
import dev.millwright.git.diff.FileDiff;
import dev.millwright.git.diff.Lines;
import dev.millwright.git.diff.Renames;
import dev.millwright.git.diff.Version;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/** Finds the commits that brought or took away some text: as {@code git log -S}, or {@code -G} for an expression. */
public final class Pickaxe implements AutoCloseable {
    private static final int REMEMBERED = 10_000;

    private final TextPattern pattern;
    private final boolean inLines;
    private final List<String> paths;
    private final Call call;
    private final int maxBytes;
    private final Comparison comparison;
    private final LinkedHashMap<ObjectId, Integer> counts = new LinkedHashMap<>(1024, 0.75f, true);

    /** @param inLines whether any line that came or went has it, instead of its number being different */
    public Pickaxe(Repo repo, Call call, TextPattern pattern, boolean inLines, List<String> paths) {
        this.pattern = pattern;
        this.inLines = inLines;
        this.paths = List.copyOf(paths);
        this.call = call;
        this.maxBytes = repo.config().maxTextBytes();
        this.comparison = new Comparison(repo, call);
    }

    /** Paths of the files where it did, between two trees. */
    List<String> files(ObjectId before, ObjectId after) {
        Version to = new Version.Tree(after);
        List<FileChange> changes = comparison.changes(new Version.Tree(before), to, paths);
        List<String> hits = hits(changes, to);
        if (!hits.isEmpty() && mayHaveRenames(changes)) {
            return hits(Renames.in(call, changes, false, maxBytes).changes(), to);
        }
        return hits;
    }

    private static boolean mayHaveRenames(List<FileChange> changes) {
        return changes.stream().anyMatch(change -> change.kind() == FileChange.Kind.ADDED)
                && changes.stream().anyMatch(change -> change.kind() == FileChange.Kind.DELETED);
    }

    private List<String> hits(List<FileChange> changes, Version to) {
        List<String> hits = new ArrayList<>();
        for (FileChange change : changes) {
            CallMonitor.check(call);
            int before = count(change.from());
            int after = count(change.to());
            if (inLines ? before + after > 0 && inLines(change, to) : before != after) {
                hits.add(change.path());
            }
        }
        return hits;
    }

    private int count(Optional<Entry> entry) {
        if (entry.isEmpty() || entry.get().isSubmodule()) {
            return 0;
        }
        Integer known = counts.get(entry.get().id());
        if (known == null) {
            known = entry.get().content().size() > maxBytes
                    ? 0
                    : pattern.count(entry.get().content().bytes());
            counts.put(entry.get().id(), known);
            if (counts.size() > REMEMBERED) {
                counts.pollFirstEntry();
            }
        }
        return known;
    }

    private boolean inLines(FileChange change, Version to) {
        FileDiff diff = FileDiff.of(change, new FileDiff.Options(false, maxBytes, comparison.attributes(to)));
        if (diff.text().isEmpty()) {
            return false;
        }
        FileDiff.Texts texts = diff.text().get();
        for (Edit edit : texts.script().edits()) {
            for (int i = edit.from(); i < edit.to(); i++) {
                if (has(texts.from(), i)) {
                    return true;
                }
            }
            for (int i = edit.newFrom(); i < edit.newTo(); i++) {
                if (has(texts.to(), i)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean has(Lines lines, int line) {
        return pattern.isIn(lines.bytes(), lines.start(line), lines.end(line));
    }

    @Override
    public void close() {
        comparison.close();
    }
}
