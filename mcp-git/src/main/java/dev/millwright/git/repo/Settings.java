package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.util.SystemReader;

/**
 * What counts of a repository's own configuration: a list of keys that name no program and no file. The rest is as if it
 * were not there, includes too.
 *
 * @param workTree what {@code core.worktree} says
 * @param partial whether objects may be missing that another repository promised
 */
record Settings(
        MemoryConfig effective, boolean bare, Optional<String> workTree, boolean partial, boolean worktreeConfig) {
    private static final Set<String> CORE = Set.of(
            "repositoryformatversion",
            "bare",
            "filemode",
            "symlinks",
            "ignorecase",
            "precomposeunicode",
            "autocrlf",
            "eol",
            "logallrefupdates",
            "sparsecheckout",
            "sparsecheckoutcone");
    private static final Set<String> USER = Set.of("name", "email");
    private static final Set<String> BRANCH = Set.of("remote", "merge", "rebase");
    private static final Set<String> REMOTE =
            Set.of("url", "pushurl", "fetch", "push", "tagopt", "prune", "promisor", "partialclonefilter");

    /** Of those, JGit or we do what they ask for. */
    private static final Set<String> EXTENSIONS = Set.of(
            "noop",
            "noop-v1",
            "preciousobjects",
            "relativeworktrees",
            "objectformat",
            "refstorage",
            "partialclone",
            "worktreeconfig");

    /**
     * @param shown the repository, for messages
     * @param texts the files, of which a later one wins
     * @throws ToolException {@code DENIED} for a format that JGit would misread
     */
    static Settings of(String shown, List<String> texts) {
        QuietSystem.install();
        MemoryConfig kept = new MemoryConfig(userConfig());
        List<Config> raws = new ArrayList<>();
        for (String text : texts) {
            Config raw = new Config();
            try {
                raw.fromText(text);
            } catch (ConfigInvalidException | IllegalArgumentException e) {
                throw ToolException.denied(shown + " has a configuration that is not one");
            }
            raws.add(raw);
            keep(raw, kept);
        }
        checkFormat(shown, kept, raws.getFirst());
        boolean partial = kept.getString("extensions", null, "partialclone") != null
                || kept.getSubsections("remote").stream()
                        .anyMatch(remote -> kept.getBoolean("remote", remote, "promisor", false));
        return new Settings(
                kept,
                kept.getBoolean("core", "bare", false),
                raws.reversed().stream()
                        .flatMap(raw -> Optional.ofNullable(raw.getString("core", null, "worktree")).stream())
                        .findFirst(),
                partial,
                kept.getBoolean("extensions", "worktreeconfig", false));
    }

    private static Config userConfig() {
        try {
            return SystemReader.getInstance().getUserConfig();
        } catch (ConfigInvalidException | java.io.IOException e) {
            throw new IllegalStateException("what is in memory can be read", e);
        }
    }

    /** Whether a file of configuration names others to be read with it. */
    static boolean includes(String text) {
        return text.lines()
                .map(line -> line.strip().toLowerCase(Locale.ROOT))
                .anyMatch(line -> line.startsWith("[include"));
    }

    private static void keep(Config raw, MemoryConfig kept) {
        keep(raw, kept, "core", CORE, false);
        keep(raw, kept, "user", USER, false);
        keep(raw, kept, "branch", BRANCH, true);
        keep(raw, kept, "remote", REMOTE, true);
        filters(raw, kept);
        for (String name : raw.getNames("extensions")) {
            kept.setStringList("extensions", null, name, values(raw, "extensions", null, name));
        }
    }

    /** That a filter changes what is staged is kept as {@code filter.NAME.required}; its programs are not. */
    private static void filters(Config raw, MemoryConfig kept) {
        for (String filter : raw.getSubsections("filter")) {
            boolean required = values(raw, "filter", filter, "required").stream()
                    .anyMatch(value -> !value.equalsIgnoreCase("false"));
            if (required
                    || !values(raw, "filter", filter, "clean").isEmpty()
                    || !values(raw, "filter", filter, "process").isEmpty()) {
                kept.setBoolean("filter", filter, "required", true);
            }
        }
    }

    private static void keep(Config raw, MemoryConfig kept, String section, Set<String> names, boolean subsections) {
        List<@org.jspecify.annotations.Nullable String> parts = new ArrayList<>();
        if (subsections) {
            parts.addAll(raw.getSubsections(section));
        } else {
            parts.add(null);
        }
        for (String part : parts) {
            for (String name : raw.getNames(section, part)) {
                if (names.contains(name.toLowerCase(Locale.ROOT))) {
                    kept.setStringList(section, part, name, values(raw, section, part, name));
                }
            }
        }
    }

    /** A name without a value means true. */
    private static List<String> values(
            Config raw, String section, @org.jspecify.annotations.Nullable String part, String name) {
        List<String> values = new ArrayList<>();
        for (String value : raw.getStringList(section, part, name)) {
            values.add(value == null || Config.isMissing(value) ? "true" : value);
        }
        return values;
    }

    private static void checkFormat(String shown, Config kept, Config main) {
        long version = number(shown, main);
        if (version > 1) {
            throw ToolException.denied(
                    "%s has the repository format %d; this server reads 0 and 1".formatted(shown, version));
        }
        for (String name : kept.getNames("extensions")) {
            String value = String.valueOf(kept.getString("extensions", null, name));
            boolean known = switch (name.toLowerCase(Locale.ROOT)) {
                case "objectformat" -> value.equalsIgnoreCase("sha1");
                case "refstorage" -> value.equalsIgnoreCase("files");
                default -> EXTENSIONS.contains(name.toLowerCase(Locale.ROOT));
            };
            if (!known) {
                throw ToolException.denied("%s uses the extension %s = %s, which this server would misread"
                        .formatted(shown, RepoText.line(name, 40), RepoText.line(value, 40)));
            }
        }
    }

    private static long number(String shown, Config main) {
        try {
            return main.getLong("core", null, "repositoryformatversion", 0);
        } catch (IllegalArgumentException e) {
            throw ToolException.denied(shown + " has a repository format that is no number");
        }
    }
}
