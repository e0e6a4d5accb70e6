package dev.millwright.filesystem.search;

import dev.millwright.workspace.Folder;
import java.util.concurrent.atomic.AtomicInteger;

/** A folder that several pieces of work hold open; the last to let go closes it. */
final class SharedFolder {
    private final Folder folder;
    private final AtomicInteger holders = new AtomicInteger(1);

    SharedFolder(Folder folder) {
        this.folder = folder;
    }

    Folder folder() {
        return folder;
    }

    SharedFolder hold() {
        holders.incrementAndGet();
        return this;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            folder.close();
        }
    }
}
