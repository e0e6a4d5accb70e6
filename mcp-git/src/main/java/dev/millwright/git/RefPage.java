package dev.millwright.git;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.Call;
import dev.millwright.tool.Cursor;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Ref;

/** As many lines on refs as an answer holds, and where the next begin. */
record RefPage(List<String> lines, Optional<String> cursor) {
    /** Bytes of JSON around the lines. */
    private static final int FRAME = 400;

    private record After(String name) {}

    /** A line on one ref. */
    @FunctionalInterface
    interface Line {
        String of(Ref ref) throws IOException;
    }

    /**
     * @param prefix of the refs that are meant
     * @param pattern of their names behind it, {@code *} for any characters
     */
    static RefPage of(Repo repo, Call call, String prefix, Optional<String> pattern, Optional<String> cursor, Line line)
            throws IOException {
        String question = String.join("\0", "refs", call.tenant().name(), repo.shown(), prefix, pattern.orElse("*"));
        String after = cursor.map(
                        text -> Cursor.read(text, After.class, question).name())
                .orElse("");
        Pattern wanted = glob(pattern.orElse("*"));
        List<String> lines = new ArrayList<>();
        int room = call.budget() * 4 - FRAME;
        String last = "";
        for (Ref ref : repo.git().getRefDatabase().getRefsByPrefix(prefix)) {
            if (ref.getName().compareTo(after) <= 0
                    || !wanted.matcher(ref.getName().substring(prefix.length())).matches()) {
                continue;
            }
            CallMonitor.check(call);
            String text = RepoText.plain(line.of(ref));
            room -= text.getBytes(StandardCharsets.UTF_8).length + 4;
            if (room < 0 && !lines.isEmpty()) {
                return new RefPage(lines, Optional.of(Cursor.of(new After(last), question)));
            }
            lines.add(text);
            last = ref.getName();
        }
        return new RefPage(lines, Optional.empty());
    }

    private static Pattern glob(String pattern) {
        if (pattern.chars().filter(c -> c == '*').count() > 8) {
            throw ToolException.invalidInput("/pattern has more than 8 *");
        }
        StringBuilder regex = new StringBuilder();
        String separator = "";
        for (String part : pattern.split("\\*+", -1)) {
            regex.append(separator).append(Pattern.quote(part));
            separator = ".*";
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
