package dev.millwright.git;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.git.repo.RepoText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a status says, line by line, each with its group: ours, and native Git's in our words. */
final class StatusLines {
    private StatusLines() {}

    static TreeSet<String> of(JsonNode answer) {
        TreeSet<String> lines = new TreeSet<>();
        for (String group : List.of("conflicted", "staged", "unstaged", "untracked", "ignored", "unreadable")) {
            answer.path(group).forEach(line -> lines.add(group + " " + line.asText()));
        }
        return lines;
    }

    /** @param options of git itself */
    static TreeSet<String> ofNative(Path folder, String untracked, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(options));
        command.addAll(List.of("status", "--porcelain=v2", "-z", "--untracked-files=" + untracked, "--renames"));
        return parsed(Bench.gitIn(folder, command.toArray(String[]::new)));
    }

    static TreeSet<String> parsed(String porcelain) {
        TreeSet<String> lines = new TreeSet<>();
        String[] records = porcelain.split("\0");
        for (int i = 0; i < records.length; i++) {
            String record = records[i];
            if (record.startsWith("? ")) {
                lines.add("untracked " + RepoText.path(record.substring(2)));
            } else if (record.startsWith("! ")) {
                lines.add("ignored " + RepoText.path(record.substring(2)));
            } else if (record.startsWith("u ")) {
                lines.add("conflicted " + record.substring(2, 4) + " " + RepoText.path(record.split(" ", 11)[10]));
            } else if (record.startsWith("1 ") || record.startsWith("2 ")) {
                boolean renamed = record.startsWith("2 ");
                String path = RepoText.path(record.split(" ", renamed ? 10 : 9)[renamed ? 9 : 8]);
                String old = renamed ? RepoText.path(records[++i]) + " -> " : "";
                if (record.charAt(2) != '.') {
                    lines.add("staged " + record.charAt(2) + " " + old + path);
                }
                if (record.charAt(3) != '.' && !record.substring(5, 9).matches("S\\.[M.][U.]")) {
                    lines.add("unstaged " + record.charAt(3) + " " + path);
                }
            }
        }
        return lines;
    }
}
