package dev.millwright.filesystem.exec;

import dev.millwright.tool.Tenant;
import java.nio.file.Path;
import java.util.List;

/** The host folders that a tenant's workspace is made of. */
@FunctionalInterface
public interface Roots {
    /** Absolute paths of existing folders, in the order of the configuration. */
    List<Path> of(Tenant tenant);
}
