package dev.millwright.git.work;

import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A filter that an attribute names and whose program Git would run on the way in. Git LFS counts as set up everywhere,
 * for it is so in the user's configuration, which is not read here.
 */
record Filter(String name) {
    private static final String LFS = "lfs";

    /** Of a pointer, as the specification of Git LFS has it. */
    private static final String POINTER = "version https://git-lfs.github.com/spec/v1\n";

    private static final int MOST_POINTER = 1024;

    /** Empty for a filter without a program, which changes nothing unless it is required. */
    static Optional<Filter> of(Map<String, String> attributes, Config config) {
        String name = attributes.getOrDefault("filter", Attributes.UNSPECIFIED);
        boolean runs =
                name.equals(LFS) || !name.startsWith("\0") && config.getBoolean("filter", name, "required", false);
        return runs ? Optional.of(new Filter(name)) : Optional.empty();
    }

    static boolean isLfs(Map<String, String> attributes) {
        return LFS.equals(attributes.get("filter"));
    }

    /** @throws ToolException {@code DENIED} unless it is a pointer of Git LFS already, which stays as it is */
    void check(Folder folder, String file, String at) {
        if (!name.equals(LFS) || !isPointer(folder, file)) {
            throw ToolException.denied(at + " has the attribute filter=" + RepoText.line(name, 60)
                    + ", whose program is never run here: stage it with Git itself");
        }
    }

    private static boolean isPointer(Folder folder, String name) {
        try (OpenFile file = folder.file(name)) {
            byte[] start = new byte[POINTER.length()];
            return file.stat().size() < MOST_POINTER
                    && file.read(0, start, 0, start.length) == start.length
                    && Arrays.equals(start, POINTER.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** The blob of the pointer that Git LFS would make of a file. */
    static ObjectId pointer(Folder folder, String name) {
        try (OpenFile file = folder.file(name)) {
            MessageDigest sum = MessageDigest.getInstance("SHA-256");
            byte[] step = new byte[64 * 1024];
            long size = 0;
            for (int read; (read = file.read(size, step, 0, step.length)) > 0; size += read) {
                sum.update(step, 0, read);
            }
            byte[] text = (POINTER + "oid sha256:" + HexFormat.of().formatHex(sum.digest()) + "\nsize " + size + "\n")
                    .getBytes(StandardCharsets.US_ASCII);
            MessageDigest sha1 = Index.sha1();
            sha1.update(("blob " + text.length + "\0").getBytes(StandardCharsets.US_ASCII));
            return ObjectId.fromRaw(sha1.digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
