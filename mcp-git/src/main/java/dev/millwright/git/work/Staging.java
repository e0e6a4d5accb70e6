package dev.millwright.git.work;

import java.util.List;

/**
 * What to stage.
 *
 * @param paths literal files and folders from the top, as {@link WorkPaths} gives them; empty for all
 * @param trackedOnly whether what is not tracked is left alone
 * @param ignored whether what is ignored is staged as well
 */
public record Staging(List<String> paths, boolean trackedOnly, boolean ignored) {
    public Staging {
        paths = List.copyOf(paths);
    }
}
