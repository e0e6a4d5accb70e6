package dev.millwright.git.find;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.util.RawParseUtils;

/** Which text files of a tree hold a text: enough to know the repository is the right one; git_search says the rest. */
final class Content {
    private static final int ENOUGH = 3;

    private Content() {}

    /** The first files with it, as {@code path:line}. */
    static List<String> files(Repo repo, ObjectId tree, String text, Call call) throws IOException {
        byte[] sought = text.getBytes(StandardCharsets.UTF_8);
        List<String> files = new ArrayList<>();
        try (ObjectReader reader = repo.git().newObjectReader();
                TreeWalk walk = new TreeWalk(reader)) {
            walk.addTree(tree);
            walk.setRecursive(true);
            while (files.size() < ENOUGH && walk.next()) {
                CallMonitor.check(call);
                if ((walk.getRawMode(0) & FileMode.TYPE_MASK) == FileMode.TYPE_FILE) {
                    ObjectLoader blob = reader.open(walk.getObjectId(0), Constants.OBJ_BLOB);
                    int at = blob.getSize() > repo.config().maxTextBytes() ? -1 : find(blob.getCachedBytes(), sought);
                    if (at >= 0) {
                        files.add(RepoText.path(walk.getPathString(), 300) + ":" + line(blob.getCachedBytes(), at));
                    }
                }
            }
        }
        return files;
    }

    private static int find(byte[] bytes, byte[] sought) {
        if (RawText.isBinary(bytes)) {
            return -1;
        }
        for (int at = 0; at + sought.length <= bytes.length; at++) {
            if (RawParseUtils.match(bytes, at, sought) >= 0) {
                return at;
            }
        }
        return -1;
    }

    private static int line(byte[] bytes, int at) {
        int line = 1;
        for (int i = 0; i < at; i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        return line;
    }
}
