package dev.millwright.workspace;

import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Copies, removes and identifies whole trees, never following a link. Folders may nest 200 deep. */
public final class Trees {
    private static final int DEPTH = 200;
    private static final int STEP = 64 * 1024;

    /** Decides on each entry before it is copied, by its path below the top; throws to refuse. */
    @FunctionalInterface
    public interface Check {
        void allow(String path, Stat stat);
    }

    private Trees() {}

    /**
     * Copies an entry: content, mode, owner, time, extended attributes, links as they are; special files are refused.
     */
    public static void copy(Folder from, String name, Folder to, String newName, Check check) {
        copy(from, name, to, newName, newName, check, DEPTH);
    }

    private static void copy(Folder from, String name, Folder to, String newName, String path, Check check, int depth) {
        Stat stat = from.stat(name).orElseThrow(() -> ToolException.notFound(name + " does not exist"));
        check.allow(path, stat);
        if (depth == 0) {
            throw ToolException.limit(path + " is nested deeper than " + DEPTH + " folders");
        }
        switch (stat.type()) {
            case FILE -> copyFile(from, name, to, newName);
            case LINK -> to.makeLink(newName, from.link(name));
            case SPECIAL -> throw ToolException.invalidInput(path + " is a FIFO, socket or device");
            case FOLDER -> {
                to.makeFolder(newName);
                try (Folder source = from.folder(name);
                        Folder copy = to.folder(newName)) {
                    for (String entry : names(source)) {
                        interrupted();
                        copy(source, entry, copy, entry, path + "/" + entry, check, depth - 1);
                    }
                    copy.sync();
                }
            }
        }
    }

    private static void copyFile(Folder from, String name, Folder to, String newName) {
        try (OpenFile source = from.file(name);
                NewFile copy = to.create(newName)) {
            Stat stat = source.stat();
            if (!stat.isFile()) {
                throw ToolException.invalidInput(name + " is not a regular file");
            }
            copyContent(source, copy);
            copy.attributesOf(stat, source);
            copy.modified(stat.modifiedNanos());
            copy.linkAs(newName);
        }
    }

    /** Content alone. */
    public static void copyContent(OpenFile source, NewFile copy) {
        byte[] step = new byte[STEP];
        long at = 0;
        for (int length; (length = source.read(at, step, 0, STEP)) > 0; at += length) {
            interrupted();
            copy.write(step, 0, length);
        }
    }

    /** SHA-256 of a whole file, in hexadecimal. */
    public static String sha256(OpenFile file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] step = new byte[STEP];
            long at = 0;
            for (int length; (length = file.read(at, step, 0, STEP)) > 0; at += length) {
                interrupted();
                digest.update(step, 0, length);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JDK has SHA-256", e);
        }
    }

    /** Removes an entry and all below it. */
    public static void remove(Folder folder, String name) {
        remove(folder, name, DEPTH);
    }

    private static void remove(Folder folder, String name, int depth) {
        if (depth == 0) {
            throw ToolException.limit(name + " is nested deeper than " + DEPTH + " folders");
        }
        if (folder.stat(name).filter(Stat::isFolder).isEmpty()) {
            folder.remove(name);
            return;
        }
        try (Folder inner = folder.folder(name)) {
            for (String entry : names(inner)) {
                interrupted();
                remove(inner, entry, depth - 1);
            }
        }
        folder.removeFolder(name);
    }

    /**
     * Tells one state of a tree from another by names, types, sizes, modes and times of files, without reading them.
     * Times of folders are left out: a change that was taken back leaves its trace there.
     */
    public static String fingerprint(Folder folder, String name) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, folder, name, "", DEPTH);
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JDK has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, Folder folder, String name, String path, int depth) {
        Stat stat = folder.stat(name).orElseThrow(() -> ToolException.notFound(name + " does not exist"));
        boolean plain = stat.isFile();
        String line = path + "\0" + stat.type() + "\0" + stat.mode() + "\0"
                + (plain ? stat.size() + "\0" + stat.modifiedNanos() : "") + "\n";
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        if (stat.type() == EntryType.LINK) {
            digest.update(folder.link(name).getBytes(StandardCharsets.UTF_8));
        }
        if (stat.isFolder() && depth > 0) {
            try (Folder inner = folder.folder(name)) {
                for (String entry : names(inner)) {
                    interrupted();
                    add(digest, inner, entry, path + "/" + entry, depth - 1);
                }
            }
        }
    }

    /** Sorted. */
    public static List<String> names(Folder folder) {
        List<String> names = new ArrayList<>();
        folder.entries((name, type) -> names.add(name));
        names.sort(null);
        return names;
    }

    private static void interrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw ToolException.limit("the call was stopped at its deadline or by its caller");
        }
    }
}
