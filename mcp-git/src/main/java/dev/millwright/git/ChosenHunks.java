package dev.millwright.git;

import dev.millwright.git.diff.Content;
import dev.millwright.git.diff.Edit;
import dev.millwright.git.diff.Entry;
import dev.millwright.git.diff.FileChange;
import dev.millwright.git.diff.FileDiff;
import dev.millwright.git.diff.Hunk;
import dev.millwright.git.diff.Lines;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.work.PathAttributes;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.WorkTree;
import dev.millwright.git.work.WorkVersions;
import dev.millwright.tool.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;

/** Some of a file's unstaged changes, by the numbers that git_diff gives them. */
final class ChosenHunks {
    private static final int CONTEXT = 3;

    private final Repo repo;
    private final WorkTree work;

    ChosenHunks(WorkTree work) {
        this.repo = work.repo();
        this.work = work;
    }

    /** The file with these hunks and no others, as a version that is in the repository then. */
    PathChange staged(String path, List<Integer> numbers) throws IOException {
        DirCacheEntry entry = Optional.ofNullable(work.index().getEntry(path))
                .filter(DirCacheEntry::isMerged)
                .orElseThrow(() -> ToolException.notFound(
                        RepoText.path(path, 200) + " is not tracked, or in conflict: stage it whole by paths"));
        int most = repo.config().maxTextBytes();
        try (WorkVersions files = new WorkVersions(repo);
                ObjectReader reader = repo.git().newObjectReader();
                ObjectInserter inserter = repo.git().newObjectInserter()) {
            if (files.size(path) > most) {
                throw ToolException.limit(
                        RepoText.path(path, 200) + " is too large for hunks: stage it whole by paths");
            }
            files.checkStageable(path);
            ObjectId before = entry.getObjectId();
            byte[] now = files.bytes(path, Optional.of(before));
            Entry from = new Entry(path, entry.getFileMode(), before, Content.blob(reader, before));
            Entry to = new Entry(path, entry.getFileMode(), ObjectId.zeroId(), Content.of(now));
            FileChange change = new FileChange(FileChange.Kind.MODIFIED, Optional.of(from), Optional.of(to), 0);
            FileDiff diff = FileDiff.of(change, new FileDiff.Options(false, most, PathAttributes.ofWorkTree(repo)));
            FileDiff.Texts texts = diff.text()
                    .orElseThrow(() -> ToolException.invalidInput(
                            RepoText.path(path, 200) + " has no hunks (" + diff.note() + "): stage it whole by paths"));
            byte[] wanted = with(texts, chosen(path, diff.hunks(CONTEXT), numbers));
            ObjectId id = inserter.insert(Constants.OBJ_BLOB, wanted);
            inserter.flush();
            return new PathChange.Put(path, entry.getFileMode(), id);
        }
    }

    private static Set<Edit> chosen(String path, List<Hunk> hunks, List<Integer> numbers) {
        Set<Integer> unknown = new TreeSet<>(numbers);
        Set<Edit> chosen = new HashSet<>();
        for (Hunk hunk : hunks) {
            if (unknown.remove(hunk.number())) {
                chosen.addAll(hunk.edits());
            }
        }
        if (!unknown.isEmpty()) {
            throw ToolException.notFound("%s has %d unstaged hunks, not hunk %s; see git_diff"
                    .formatted(RepoText.path(path, 200), hunks.size(), unknown));
        }
        return chosen;
    }

    private static byte[] with(FileDiff.Texts texts, Set<Edit> chosen) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        for (Edit edit : texts.script().edits()) {
            add(out, texts.from(), at, edit.from());
            if (chosen.contains(edit)) {
                add(out, texts.to(), edit.newFrom(), edit.newTo());
            } else {
                add(out, texts.from(), edit.from(), edit.to());
            }
            at = edit.to();
        }
        add(out, texts.from(), at, texts.from().count());
        return out.toByteArray();
    }

    private static void add(ByteArrayOutputStream out, Lines lines, int from, int to) {
        if (to > from) {
            out.write(lines.bytes(), lines.start(from), lines.end(to - 1) - lines.start(from));
        }
    }
}
