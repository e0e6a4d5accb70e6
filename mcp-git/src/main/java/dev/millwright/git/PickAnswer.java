package dev.millwright.git;

import dev.millwright.git.merge.ConflictText;
import dev.millwright.git.merge.Merged;
import dev.millwright.git.merge.Outcome;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.work.PathChange;
import dev.millwright.tool.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How picks, reverts or a rebase ended.
 *
 * @param conflicts status letters and path, as in {@code UU a.txt}
 * @param dropped commits that brought nothing new
 * @param stashed where changes are that were put aside and could not be taken up again
 */
record PickAnswer(
        Outcome.Result result,
        String head,
        Optional<List<String>> conflicts,
        Optional<List<String>> dropped,
        Optional<String> stashed,
        Optional<String> opId,
        String integrity) {
    private static final int FRAME = 400;
    private static final int ID = 44;

    static PickAnswer of(Outcome outcome, Call call, Optional<String> opId) {
        int room = call.budget() * 4 - FRAME;
        List<String> conflicts = new ArrayList<>();
        List<PathChange.Conflict> open = outcome.merged().map(Merged::conflicts).orElse(List.of());
        for (PathChange.Conflict conflict : open) {
            String line = ConflictText.letters(conflict) + " " + RepoText.path(conflict.path());
            room -= line.length() + 4;
            if (room < ID) {
                conflicts.add("and " + (open.size() - conflicts.size()) + " more");
                break;
            }
            conflicts.add(line);
        }
        List<String> dropped = new ArrayList<>();
        for (String id : outcome.dropped()) {
            room -= ID;
            if (room < ID) {
                dropped.add("and " + (outcome.dropped().size() - dropped.size()) + " more");
                break;
            }
            dropped.add(id);
        }
        return new PickAnswer(
                outcome.result(),
                outcome.head().name(),
                Optional.of(conflicts).filter(some -> !some.isEmpty()),
                Optional.of(dropped).filter(some -> !some.isEmpty()),
                Optional.empty(),
                opId,
                RepoText.INTEGRITY);
    }

    PickAnswer with(Optional<String> nowStashed) {
        return new PickAnswer(result, head, conflicts, dropped, nowStashed, opId, integrity);
    }
}
