package dev.millwright.git;

import dev.millwright.git.history.History;
import dev.millwright.git.history.Log;
import dev.millwright.git.repo.RepoText;
import java.util.List;
import java.util.Optional;

/** A commit as git_search shows it. @param files where a change was found */
record FoundCommit(String id, String date, String author, String subject, Optional<List<String>> files) {
    private static final int ID = 10;
    private static final int FILES = 20;

    static FoundCommit of(History history, Log.Entry entry) {
        List<String> files =
                entry.files().stream().limit(FILES).map(RepoText::path).toList();
        return new FoundCommit(
                history.shortId(entry.id(), ID),
                entry.text().date().map(Object::toString).orElse("no date"),
                RepoText.line(entry.text().name(), 200),
                RepoText.line(entry.text().subject(), 200),
                files.isEmpty() ? Optional.empty() : Optional.of(files));
    }
}
