package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;

/** Names of branches and tags as a caller writes them: checked before they become a path or a line of a file. */
public final class RefNames {
    /** With {@code .lock} and the folders above it still a path on every system. */
    private static final int BYTES = 240;

    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{40}|[0-9a-fA-F]{64}");
    private static final Pattern PSEUDO = Pattern.compile("[A-Z][A-Z_]*HEAD|HEAD|@");

    /** Seen as nothing, or as a space, though no format character. */
    private static final String BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0";

    private RefNames() {}

    /**
     * The ref of a branch to be made: {@code refs/heads/} and the name.
     *
     * @throws ToolException {@code INVALID_INPUT} for what Git, a file system or a reader could take for something else
     */
    public static String newBranch(String field, String name) {
        return Constants.R_HEADS + fresh(field, name);
    }

    /** As {@link #newBranch} for a tag. */
    public static String newTag(String field, String name) {
        return Constants.R_TAGS + fresh(field, name);
    }

    /** The ref of a branch there may already be, made by whomever: only what cannot be a ref is refused. */
    public static String branch(String field, String name) {
        return Constants.R_HEADS + known(field, name);
    }

    /** As {@link #branch} for a tag. */
    public static String tag(String field, String name) {
        return Constants.R_TAGS + known(field, name);
    }

    /** A whole name that begins with {@code refs/}. */
    public static String whole(String field, String ref) {
        if (!ref.startsWith(Constants.R_REFS)) {
            throw no(field, ref, "it does not begin with refs/");
        }
        known(field, ref.substring(Constants.R_REFS.length()));
        return ref;
    }

    /**
     * Another ref of the same kind whose name differs in nothing but case or the way it is encoded: on some systems they
     * are one file, and readers take one for the other.
     */
    public static Optional<String> lookalike(Repo repo, String ref) {
        String kind = ref.substring(0, ref.indexOf('/', Constants.R_REFS.length()) + 1);
        String folded = folded(ref);
        try {
            for (Ref other : repo.git().getRefDatabase().getRefsByPrefix(kind)) {
                if (!other.getName().equals(ref) && folded(other.getName()).equals(folded)) {
                    return Optional.of(other.getName());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw ToolException.unavailable("the refs of " + repo.shown() + " cannot be read", e);
        }
    }

    private static String folded(String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFKC);
        StringBuilder kept = new StringBuilder(plain.length());
        plain.codePoints().filter(c -> !isInvisible(c)).forEach(kept::appendCodePoint);
        return kept.toString().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private static String fresh(String field, String name) {
        known(field, name);
        if (PSEUDO.matcher(name).matches()) {
            throw no(field, name, "Git means something else by it");
        } else if (ID.matcher(name).matches()) {
            throw no(field, name, "it is the name of an object");
        } else if (name.startsWith(Constants.R_REFS)) {
            throw no(field, name, "leave out refs/heads/ or refs/tags/");
        } else if (name.codePoints().anyMatch(RefNames::isInvisible)) {
            throw no(field, name, "it holds an invisible character");
        }
        return name;
    }

    private static String known(String field, String name) {
        if (name.isBlank()) {
            throw no(field, name, "it is empty");
        } else if (name.startsWith("-")) {
            throw no(field, name, "it begins with -");
        } else if (name.length() > BYTES || name.getBytes(StandardCharsets.UTF_8).length > BYTES) {
            throw no(field, name, "it is longer than " + BYTES + " bytes");
        } else if (!isValid(name)) {
            throw no(field, name, "git check-ref-format tells the rules");
        }
        return name;
    }

    /** Whether it may stand behind {@code refs/heads/}. */
    static boolean isValid(String name) {
        return Repository.isValidRefName(Constants.R_HEADS + name)
                && name.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> BLANK.indexOf(c) >= 0 || c >= 0xfe00 && c <= 0xfe0f || c >= 0xe0000 && c <= 0xe0fff;
        };
    }

    private static ToolException no(String field, String name, String why) {
        return ToolException.invalidInput(
                "/%s cannot be the name of a ref, %s: %s".formatted(field, why, RepoText.line(name, 60)));
    }
}
