package dev.millwright.git.work;

import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;

/**
 * Which names of a tree may become files: none that HFS+ or NTFS take for {@code .git}, none that leads out. Names that
 * only Windows cannot hold are plain names here, as they are to Git.
 */
final class CheckoutNames {
    private final ObjectChecker checker = new ObjectChecker().setSafeForMacOS(true);

    /** @throws ToolException {@code DENIED} for a path no checkout may write */
    void check(String path, FileMode mode) {
        boolean refused = path.indexOf('\uFFFD') >= 0
                || FileMode.SYMLINK.equals(mode) && WorkFolders.name(path).equalsIgnoreCase(".gitmodules");
        for (String name : path.split("/", -1)) {
            refused |= name.indexOf('\\') >= 0 || !isAllowed(name) || !isAllowed(onNtfs(name));
        }
        if (refused) {
            throw ToolException.denied("no checkout may write \"" + RepoText.path(path, 200)
                    + "\": some system takes it for Git's own, for a way out of the working tree, or it is not UTF-8");
        }
    }

    /** Without the stream that NTFS splits off, and without the dots and blanks it passes over. */
    private static String onNtfs(String name) {
        int stream = name.indexOf(':');
        String bare = stream > 0 ? name.substring(0, stream) : name;
        int end = bare.length();
        while (end > 1 && (bare.charAt(end - 1) == ' ' || bare.charAt(end - 1) == '.')) {
            end--;
        }
        return bare.equals(".") || bare.equals("..") ? name : bare.substring(0, end);
    }

    private boolean isAllowed(String name) {
        byte[] raw = name.getBytes(StandardCharsets.UTF_8);
        try {
            checker.checkPathSegment(raw, 0, raw.length);
            return true;
        } catch (CorruptObjectException e) {
            return false;
        }
    }
}
