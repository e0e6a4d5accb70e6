package dev.millwright.filesystem.search;

import dev.millwright.filesystem.search.IgnoreFile.Verdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All ignore files that speak of one folder's entries, nearest first. {@code .ignore} files come before git's, which
 * reach up to the repository's own folder and end with its {@code info/exclude}. What lies in an ignored folder is
 * ignored without being asked about: whoever walks does not enter it.
 */
final class IgnoreRules {
    static final String GIT = ".gitignore";
    static final String PLAIN = ".ignore";

    /** No rule at all. */
    static final IgnoreRules NONE = new IgnoreRules(null, "", null, null, null, false);

    private final @Nullable IgnoreRules outer;
    private final String folder;
    private final @Nullable IgnoreFile plain;
    private final @Nullable IgnoreFile git;
    private final @Nullable IgnoreFile exclude;
    private final boolean repository;

    private IgnoreRules(
            @Nullable IgnoreRules outer,
            String folder,
            @Nullable IgnoreFile plain,
            @Nullable IgnoreFile git,
            @Nullable IgnoreFile exclude,
            boolean repository) {
        this.outer = outer;
        this.folder = folder;
        this.plain = plain;
        this.git = git;
        this.exclude = exclude;
        this.repository = repository;
    }

    /**
     * The rules inside a folder.
     *
     * @param path of the folder from the root, empty for the root
     * @param repository whether the folder is a repository: git's outer rules end there
     */
    IgnoreRules within(
            String path,
            Optional<IgnoreFile> plain,
            Optional<IgnoreFile> git,
            Optional<IgnoreFile> exclude,
            boolean repository) {
        if (plain.isEmpty() && git.isEmpty() && exclude.isEmpty() && !repository) {
            return this;
        }
        return new IgnoreRules(this, path, plain.orElse(null), git.orElse(null), exclude.orElse(null), repository);
    }

    /** @param path from the root, {@code name} its last part */
    boolean ignored(String path, String name, boolean isFolder) {
        Verdict verdict = Verdict.NOTHING;
        for (IgnoreRules rules = this; rules != null && verdict == Verdict.NOTHING; rules = rules.outer) {
            verdict = rules.ask(rules.plain, path, name, isFolder);
        }
        boolean outside = false;
        IgnoreRules rules = this;
        for (; rules != null && verdict == Verdict.NOTHING && !outside; rules = rules.outer) {
            verdict = rules.ask(rules.git, path, name, isFolder);
            if (verdict == Verdict.NOTHING) {
                verdict = rules.ask(rules.exclude, path, name, isFolder);
            }
            outside = rules.repository;
        }
        return verdict == Verdict.IGNORED;
    }

    private Verdict ask(@Nullable IgnoreFile file, String path, String name, boolean isFolder) {
        if (file == null) {
            return Verdict.NOTHING;
        }
        return file.verdict(folder.isEmpty() ? path : path.substring(folder.length() + 1), name, isFolder);
    }
}
