package dev.millwright.git;

import dev.millwright.git.repo.RepoText;
import dev.millwright.git.work.Status;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The part of a status that fits an answer. */
record StatusPage(String summary, Map<String, List<String>> groups, Optional<String> next) {
    private record Place(int offset) {}

    private record Line(String group, String text) {}

    /** Bytes of JSON around the lines; each line is sent twice, as JSON and as text. */
    private static final int FRAME = 1000;

    private static final int AROUND = 6;

    /** Of a repository that has nothing to compare. */
    static final StatusPage BARE = new StatusPage("bare: no index and no working tree", Map.of(), Optional.empty());

    /** @param staged in words, renames found */
    static StatusPage of(Status status, List<String> staged, Optional<String> cursor, Call call) {
        List<Line> all = new ArrayList<>();
        status.conflicted().forEach((path, letters) -> add(all, "conflicted", letters + " " + path));
        staged.forEach(line -> add(all, "staged", line));
        status.unstaged().forEach(each -> add(all, "unstaged", each.kind().letter() + " " + each.path()));
        status.untracked().forEach(path -> add(all, "untracked", path));
        status.ignored().forEach(path -> add(all, "ignored", path));
        status.unreadable().forEach(path -> add(all, "unreadable", path));
        Map<String, Integer> counts = new LinkedHashMap<>();
        all.forEach(line -> counts.merge(line.group(), 1, Integer::sum));
        List<String> words = new ArrayList<>();
        counts.forEach((group, count) -> words.add(count + " " + group));
        String summary = words.isEmpty() ? "clean" : String.join(", ", words);

        String question = call.tenant().name() + " git_status " + state(all);
        int from = cursor.map(at -> Cursor.read(at, Place.class, question).offset())
                .orElse(0);
        Map<String, List<String>> groups = new LinkedHashMap<>();
        int room = Math.max(1_000, call.budget() * 4 - FRAME);
        int at = from;
        for (; at < all.size(); at++) {
            Line line = all.get(at);
            room -= 2 * (Json.write(line.text()).getBytes(StandardCharsets.UTF_8).length + AROUND);
            if (room < 0 && at > from) {
                break;
            }
            groups.computeIfAbsent(line.group(), group -> new ArrayList<>()).add(line.text());
        }
        Optional<String> next = at == all.size() ? Optional.empty() : Optional.of(Cursor.of(new Place(at), question));
        return new StatusPage(summary, groups, next);
    }

    private static void add(List<Line> to, String group, String text) {
        to.add(new Line(group, RepoText.path(text)));
    }

    /** A later page belongs to the same state only. */
    private static String state(List<Line> all) {
        CRC32C sum = new CRC32C();
        all.forEach(line -> sum.update((line.group() + line.text() + "\n").getBytes(StandardCharsets.UTF_8)));
        return all.size() + "-" + sum.getValue();
    }

    Optional<List<String>> lines(String group) {
        return Optional.ofNullable(groups.get(group));
    }
}
