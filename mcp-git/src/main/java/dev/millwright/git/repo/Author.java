package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.eclipse.jgit.lib.PersonIdent;

/** Who commits, tags and moves branches. */
public final class Author {
    private Author() {}

    /**
     * The configured author, else {@code user.name} and {@code user.email} of the repository, now.
     *
     * @throws ToolException {@code UNAVAILABLE} when nobody is configured, saying how
     */
    public static PersonIdent of(Repo repo) {
        return find(repo)
                .orElseThrow(() -> ToolException.unavailable("nobody is known to commit in " + repo.shown()
                        + ": the operator can set reach.git.author of the tenant, as in Ada Lovelace <ada@example.org>,"
                        + " or user.name and user.email of the repository"));
    }

    /** As {@link #of}, empty when nobody is configured. */
    public static Optional<PersonIdent> find(Repo repo) {
        Optional<String> configured = repo.reach().author();
        if (configured.isPresent()) {
            return Optional.of(parse("reach.git.author", configured.get()));
        }
        String name = repo.git().getConfig().getString("user", null, "name");
        String email = repo.git().getConfig().getString("user", null, "email");
        return name == null || email == null || name.isBlank() ? Optional.empty() : Optional.of(now(name, email));
    }

    /**
     * Someone written as {@code Ada Lovelace <ada@example.org>}, now.
     *
     * @param field for the message
     * @throws ToolException {@code INVALID_INPUT} for what is not written so
     */
    public static PersonIdent parse(String field, String text) {
        int open = text.indexOf('<');
        boolean fits = open > 0
                && text.endsWith(">")
                && text.indexOf('<', open + 1) < 0
                && text.indexOf('>') == text.length() - 1
                && text.chars().noneMatch(Character::isISOControl)
                && !text.substring(0, open).isBlank();
        if (!fits) {
            throw ToolException.invalidInput("/%s must be like Ada Lovelace <ada@example.org>, got %s"
                    .formatted(field, RepoText.line(text, 100)));
        }
        return now(
                text.substring(0, open).strip(),
                text.substring(open + 1, text.length() - 1).strip());
    }

    private static PersonIdent now(String name, String email) {
        return new PersonIdent(name, email, Instant.now(), ZoneId.systemDefault());
    }
}
