package dev.millwright.git.work;

import java.util.Optional;
import org.eclipse.jgit.lib.Repository;

/** What is ignored in a folder: its own rules, then those of the folders above, then {@code info/exclude}. Immutable. */
final class IgnoreRules {
    static final String FILE = ".gitignore";

    private final Optional<IgnoreRules> above;
    private final String folder;
    private final IgnoreFile file;

    private IgnoreRules(Optional<IgnoreRules> above, String folder, IgnoreFile file) {
        this.above = above;
        this.folder = folder;
        this.file = file;
    }

    /** What the repository ignores everywhere. The operator's own excludes are not read. */
    static IgnoreRules of(Repository git) {
        byte[] exclude = Attributes.infoFile(git, "exclude").orElse(new byte[0]);
        return new IgnoreRules(Optional.empty(), "", IgnoreFile.parse(exclude));
    }

    /** For a folder with rules of its own. */
    IgnoreRules in(String folder, byte[] content) {
        IgnoreFile own = IgnoreFile.parse(content);
        return own.isEmpty() ? this : new IgnoreRules(Optional.of(this), folder, own);
    }

    /** Whether a path is ignored, its folders being not. */
    boolean ignores(String path, String name, boolean isFolder) {
        for (Optional<IgnoreRules> rules = Optional.of(this); rules.isPresent(); rules = rules.get().above) {
            IgnoreRules here = rules.get();
            String below = here.folder.isEmpty() ? path : path.substring(here.folder.length() + 1);
            Optional<Boolean> said = here.file.ignores(below, name, isFolder);
            if (said.isPresent()) {
                return said.get();
            }
        }
        return false;
    }
}
