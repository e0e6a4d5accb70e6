package dev.millwright.git.history;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;

/** The regular files of a commit, or those of the working tree that are tracked, in the order of their paths. */
final class Tracked {
    /** Content that is read only when asked for. */
    @FunctionalInterface
    interface Content {
        /** Empty for what is larger than {@code most}, and for a file that is gone or no longer a file. */
        Optional<byte[]> read(int most) throws IOException;
    }

    /** Takes files. */
    @FunctionalInterface
    interface Files {
        /** @return false to see no more */
        boolean take(String path, Content content) throws IOException;
    }

    private final Repo repo;
    private final Call call;
    private final List<String> paths;

    Tracked(Repo repo, Call call, List<String> paths) {
        this.repo = repo;
        this.call = call;
        this.paths = paths;
    }

    void ofTree(ObjectReader reader, ObjectId tree, Files files) throws IOException {
        try (TreeWalk walk = new TreeWalk(reader)) {
            walk.setRecursive(true);
            walk.addTree(tree);
            if (!paths.isEmpty()) {
                walk.setFilter(PathFilterGroup.createFromStrings(paths));
            }
            for (int n = 1; walk.next(); n++) {
                if ((n & 255) == 0) {
                    CallMonitor.check(call);
                }
                ObjectId id = walk.getObjectId(0);
                if (isFile(walk.getRawMode(0))
                        && !files.take(
                                walk.getPathString(),
                                most -> reader.getObjectSize(id, Constants.OBJ_BLOB) > most
                                        ? Optional.empty()
                                        : Optional.of(reader.open(id, Constants.OBJ_BLOB)
                                                .getCachedBytes(most)))) {
                    return;
                }
            }
        }
    }

    private static boolean isFile(int mode) {
        return (mode & FileMode.TYPE_MASK) == FileMode.TYPE_FILE;
    }

    void ofWorkTree(Files files) throws IOException {
        DirCache index = repo.index();
        try (Folders folders = new Folders(repo.work())) {
            String before = "";
            for (int i = 0; i < index.getEntryCount(); i++) {
                if ((i & 255) == 0) {
                    CallMonitor.check(call);
                }
                DirCacheEntry entry = index.getEntry(i);
                String path = entry.getPathString();
                if (isFile(entry.getRawMode())
                        && !path.equals(before)
                        && isWanted(path)
                        && !files.take(path, most -> folders.read(path, most))) {
                    return;
                }
                before = path;
            }
        }
    }

    private boolean isWanted(String path) {
        return paths.isEmpty() || paths.stream().anyMatch(p -> path.equals(p) || path.startsWith(p + "/"));
    }

    /** The folders above the file that was read last, open. */
    private static final class Folders implements AutoCloseable {
        private record Step(String name, Folder folder) {}

        private final Folder top;
        private final Deque<Step> steps = new ArrayDeque<>();

        Folders(Folder top) {
            this.top = top;
        }

        Optional<byte[]> read(String path, int most) {
            String[] names = path.split("/");
            try {
                Folder folder = to(Arrays.copyOf(names, names.length - 1));
                try (OpenFile file = folder.file(names[names.length - 1])) {
                    if (!file.stat().isFile() || file.stat().size() > most) {
                        return Optional.empty();
                    }
                    byte[] bytes = new byte[(int) file.stat().size()];
                    int read = file.read(0, bytes, 0, bytes.length);
                    return Optional.of(read == bytes.length ? bytes : Arrays.copyOf(bytes, read));
                }
            } catch (ToolException e) {
                // Gone, or no longer what the index says: there is nothing to look into.
                return Optional.empty();
            }
        }

        private Folder to(String[] names) {
            int same = 0;
            for (Step step : steps) {
                if (same == names.length || !step.name().equals(names[same])) {
                    break;
                }
                same++;
            }
            while (steps.size() > same) {
                steps.removeLast().folder().close();
            }
            for (int i = same; i < names.length; i++) {
                steps.addLast(new Step(names[i], last().folder(names[i])));
            }
            return last();
        }

        private Folder last() {
            return steps.isEmpty() ? top : steps.getLast().folder();
        }

        @Override
        public void close() {
            steps.forEach(step -> step.folder().close());
            top.close();
        }
    }
}
