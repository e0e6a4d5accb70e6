package dev.millwright.git;

import dev.millwright.git.history.History;
import dev.millwright.git.history.Log;
import dev.millwright.git.history.Names;
import dev.millwright.git.history.Stats;
import dev.millwright.git.repo.RepoText;
import java.util.List;
import java.util.Optional;

/** A commit as git_log shows it. */
record LoggedCommit(
        String id,
        Optional<List<String>> parents,
        String date,
        String author,
        Optional<List<String>> refs,
        String subject,
        Optional<String> body,
        Optional<String> path,
        Optional<List<String>> files,
        Optional<String> garbled) {
    private static final int ID = 10;
    private static final int SUBJECT = 400;
    private static final int BODY = 20_000;

    static LoggedCommit of(History history, Names names, Stats stats, Log.Entry entry, GitLog.Input input) {
        boolean full = input.full();
        boolean counted = input.stat() && (entry.parents().size() < 2 || input.firstParent());
        List<String> refs = names.of(entry.id());
        Optional<List<String>> parents = full || entry.parents().size() > 1
                ? Optional.of(entry.parents().stream()
                        .map(id -> history.shortId(id, ID))
                        .toList())
                : Optional.empty();
        return new LoggedCommit(
                history.shortId(entry.id(), ID),
                parents,
                entry.text().date().map(Object::toString).orElse("no date"),
                RepoText.line(full ? entry.text().author() : entry.text().name(), 200),
                refs.isEmpty() ? Optional.empty() : Optional.of(refs),
                RepoText.line(entry.text().subject(), SUBJECT),
                Optional.of(entry.text().body())
                        .filter(body -> full && !body.isEmpty())
                        .map(body -> RepoText.plain(body.length() <= BODY ? body : body.substring(0, BODY) + "…")),
                entry.path().map(RepoText::path),
                counted ? Optional.of(stats.of(entry.id())) : Optional.empty(),
                entry.text().garbled());
    }

    /** A line, and below it, indented, what else there is. */
    void writeTo(StringBuilder text) {
        text.append(id).append(' ').append(date).append(' ').append(author);
        refs.ifPresent(all -> text.append(" (").append(String.join(", ", all)).append(')'));
        text.append(' ').append(subject).append('\n');
        body.ifPresent(more -> text.append(more.indent(4)));
        files.ifPresent(
                all -> all.forEach(file -> text.append("  ").append(file).append('\n')));
    }
}
