package dev.millwright.git;

import dev.millwright.git.merge.ConflictText;
import dev.millwright.git.merge.Merged;
import dev.millwright.git.merge.Outcome;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.work.PathChange;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** How a merge ended, with what conflicts. */
record MergeAnswer(
        Outcome.Result result,
        String head,
        Optional<List<ConflictText.View>> conflicts,
        OptionalInt moreConflicts,
        Optional<List<String>> notes,
        Optional<String> opId,
        String integrity) {
    private static final int FRAME = 700;
    private static final int NOTES = 30;
    private static final int LEAST = 200;

    static MergeAnswer of(Outcome outcome, Repo repo, Call call, Optional<String> opId) throws IOException {
        Optional<Merged> open = outcome.merged();
        List<String> notes = new ArrayList<>();
        int room = call.budget() * 4 - FRAME;
        for (Merged.Note note : open.map(Merged::notes).orElse(List.of())) {
            String line = note.kind() + ": " + RepoText.path(note.path(), 300) + ": " + RepoText.path(note.text(), 300);
            if (notes.size() < NOTES && room / 2 > line.length()) {
                notes.add(line);
                room -= line.length() + 4;
            }
        }
        ConflictText text = new ConflictText(repo, call, room);
        List<ConflictText.View> shown = new ArrayList<>();
        List<PathChange.Conflict> conflicts = open.map(Merged::conflicts).orElse(List.of());
        for (PathChange.Conflict conflict : conflicts) {
            if (text.room() < LEAST) {
                break;
            }
            shown.add(text.view(conflict));
        }
        int left = conflicts.size() - shown.size();
        return new MergeAnswer(
                outcome.result(),
                outcome.head().name(),
                Optional.of(shown).filter(some -> !some.isEmpty()),
                left > 0 ? OptionalInt.of(left) : OptionalInt.empty(),
                Optional.of(notes).filter(some -> !some.isEmpty()),
                opId,
                RepoText.INTEGRITY);
    }
}
