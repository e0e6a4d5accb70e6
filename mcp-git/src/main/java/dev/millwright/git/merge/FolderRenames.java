package dev.millwright.git.merge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which folders each side renamed, by where most of their files went, and where that takes files the other side added. */
final class FolderRenames {
    private final Map<Integer, Map<String, String>> bySide =
            Map.of(Node.OURS, new LinkedHashMap<>(), Node.THEIRS, new LinkedHashMap<>());
    private final Map<String, List<String>> arriving = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final List<Merged.Note> notes;
    private boolean clean = true;

    FolderRenames(List<Merged.Note> notes) {
        this.notes = notes;
    }

    boolean isClean() {
        return clean;
    }

    /** Takes over what a side did. */
    void add(int side, Map<String, Map<String, Integer>> moves) {
        moves.forEach((folder, counts) -> {
            int most =
                    counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
            List<String> best = counts.entrySet().stream()
                    .filter(count -> count.getValue() == most)
                    .map(Map.Entry::getKey)
                    .toList();
            if (best.size() == 1) {
                of(side).put(folder, best.getFirst());
            } else if (best.size() > 1) {
                clean = false;
                notes.add(new Merged.Note(
                        "directory rename split",
                        folder,
                        "its files went to several folders, none with most of them: where do new files go?"));
            }
        });
    }

    private Map<String, String> of(int side) {
        return bySide.getOrDefault(side, Map.of());
    }

    /** Folders that both sides renamed are left alone. */
    void dropShared() {
        Set<String> shared = new HashSet<>(of(Node.OURS).keySet());
        shared.retainAll(of(Node.THEIRS).keySet());
        of(Node.OURS).keySet().removeAll(shared);
        of(Node.THEIRS).keySet().removeAll(shared);
    }

    private record Move(String folder, String path) {}

    /** Where a path that {@code side} made would be, had it known of the other side's renames. */
    private Optional<Move> follow(int side, String path) {
        Map<String, String> renames = of(3 - side);
        if (renames.isEmpty()) {
            return Optional.empty();
        }
        for (String folder = RenameSearch.folder(path); !folder.isEmpty(); folder = RenameSearch.folder(folder)) {
            String to = renames.get(folder);
            if (to != null) {
                String rest = path.substring(folder.length() + 1);
                return Optional.of(new Move(to, to.isEmpty() ? rest : to + "/" + rest));
            }
        }
        return Optional.empty();
    }

    /** Says that a side made this path, before any is asked for. */
    void arrives(int side, String path) {
        follow(side, path)
                .ifPresent(to -> arriving.computeIfAbsent(side + to.path(), key -> new ArrayList<>())
                        .add(path));
    }

    /** The new place of a path that {@code side} made; empty where it stays. */
    Optional<String> moved(int side, String path, TreeMerge.Taken taken) {
        if (arriving.containsKey(3 - side + path)) {
            return Optional.empty();
        }
        Optional<String> to = follow(side, path)
                .filter(move -> !of(side).containsKey(move.folder()))
                .map(Move::path);
        if (to.isEmpty()) {
            return to;
        }
        List<String> all = arriving.getOrDefault(side + to.get(), List.of());
        boolean inWay = taken.by(to.get(), side);
        if (!inWay && all.size() < 2 && !told.contains(side + to.get())) {
            return to;
        }
        clean = false;
        if (told.add(side + to.get())) {
            notes.add(new Merged.Note(
                    "implicit dir rename",
                    to.get(),
                    (inWay ? "is in the way of files whose folder was renamed: " : "several files would come here: ")
                            + String.join(", ", all)));
        }
        return Optional.empty();
    }
}
