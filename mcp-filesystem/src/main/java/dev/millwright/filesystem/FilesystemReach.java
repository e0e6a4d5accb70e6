package dev.millwright.filesystem;

import dev.millwright.json.Doc;
import java.util.List;

/** What a tenant may reach of the file system. */
public record FilesystemReach(
        @Doc(value = "Folders the tenant may work in; each must exist.", orElse = "[]")
        List<String> roots) {
    public FilesystemReach {
        roots = List.copyOf(roots);
    }
}
