package dev.millwright.git.work;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;

/**
 * Files of the working tree as the repository has them: line ends, keywords and encoding as their attributes say, links
 * by their text. No filter is run: what it would have made is not staged, see {@link Filter}. Safe for use by several
 * threads.
 */
final class Cleaned {
    private final Repo repo;
    private final Attributes attributes;
    private final Eol.Settings settings;
    private final boolean fileMode;
    private final boolean links;

    Cleaned(Repo repo, Attributes attributes) {
        this.repo = repo;
        this.attributes = attributes;
        this.settings = Eol.Settings.of(repo.git().getConfig());
        this.fileMode = repo.git()
                .getConfig()
                .getBoolean(ConfigConstants.CONFIG_CORE_SECTION, ConfigConstants.CONFIG_KEY_FILEMODE, true);
        this.links = repo.git()
                .getConfig()
                .getBoolean(ConfigConstants.CONFIG_CORE_SECTION, ConfigConstants.CONFIG_KEY_SYMLINKS, true);
    }

    /** Whether the file system keeps who may execute a file. */
    boolean keepsMode() {
        return fileMode;
    }

    boolean keepsLinks() {
        return links;
    }

    Conversion conversion(String path) {
        return Conversion.of(attributes.of(path), settings);
    }

    /** @throws ToolException {@code DENIED} for a file that only a program may stage, which is never run */
    void checkStageable(Folder folder, String name, String path, Stat stat) {
        if (stat.isFile()) {
            Filter.of(attributes.of(path), repo.git().getConfig())
                    .ifPresent(filter -> filter.check(folder, name, repo.shown(path)));
        }
    }

    /** Takes bytes whose number is known. */
    @FunctionalInterface
    private interface Sink<T> {
        T take(long length, InputStream bytes) throws IOException;
    }

    /**
     * Whether a file is not as its index entry has it; reads it only where size and times do not tell.
     *
     * @param racy whether size and times prove nothing
     */
    boolean differs(IndexEntry entry, boolean racy, Folder folder, Stat stat) {
        if (!sameKind(entry, stat)) {
            return true;
        } else if (entry.isSubmodule()
                || !racy && !entry.isSmudged() && entry.stat().matches(stat)) {
            return false;
        }
        boolean asText = entry.isLink() && stat.isFile();
        String name = WorkFolders.name(entry.path());
        return !id(folder, name, asText ? "" : entry.path(), stat, Optional.of(entry.id()))
                        .equals(entry.id())
                && !(stat.isFile() && isOfPointer(entry, folder, name));
    }

    /** Whether Git LFS would make the pointer in the index of it. */
    private boolean isOfPointer(IndexEntry entry, Folder folder, String name) {
        return !entry.isLink()
                && Filter.isLfs(attributes.of(entry.path()))
                && Filter.pointer(folder, name).equals(entry.id());
    }

    /** Whether type and permission to execute are as in the index. */
    boolean sameKind(IndexEntry entry, Stat stat) {
        return switch (stat.type()) {
            case FOLDER -> entry.isSubmodule();
            case LINK -> entry.isLink();
            case FILE ->
                entry.isLink()
                        ? !links
                        : !entry.isSubmodule() && (!fileMode || entry.isExecutable() == ((stat.mode() & 0100) != 0));
            case SPECIAL -> false;
        };
    }

    /**
     * What a file would be once added; empty for what cannot be.
     *
     * @param indexed what it is in the index, which decides where the file system cannot tell
     */
    Optional<FileMode> mode(Optional<FileMode> indexed, Stat stat) {
        return switch (stat.type()) {
            case FOLDER -> Optional.of(FileMode.GITLINK);
            case LINK -> Optional.of(FileMode.SYMLINK);
            case SPECIAL -> Optional.empty();
            case FILE -> {
                if (!links && indexed.filter(FileMode.SYMLINK::equals).isPresent()) {
                    yield Optional.of(FileMode.SYMLINK);
                }
                boolean executable = fileMode
                        ? (stat.mode() & 0100) != 0
                        : indexed.filter(FileMode.EXECUTABLE_FILE::equals).isPresent();
                yield Optional.of(executable ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE);
            }
        };
    }

    /**
     * The blob that a file or link would be.
     *
     * @param path by which attributes are found; empty for none
     * @param indexed the blob in the index, whose line ends matter where they are guessed
     */
    ObjectId id(Folder folder, String name, String path, Stat stat, Optional<ObjectId> indexed) {
        return clean(folder, name, path, stat, indexed, false, Cleaned::hash);
    }

    /** As {@link #id}, and the blob is in the repository then. */
    ObjectId insert(
            ObjectInserter inserter, Folder folder, String name, String path, Stat stat, Optional<ObjectId> indexed) {
        return clean(
                folder,
                name,
                path,
                stat,
                indexed,
                true,
                (length, in) -> inserter.insert(Constants.OBJ_BLOB, length, in));
    }

    /** The blob itself, to be compared. */
    byte[] bytes(Folder folder, String name, String path, Stat stat, Optional<ObjectId> indexed) {
        return clean(folder, name, path, stat, indexed, false, (length, in) -> in.readAllBytes());
    }

    /** @param strict whether what is not in its encoding is refused; else it counts as it is, as in git-status(1) */
    private <T> T clean(
            Folder folder,
            String name,
            String path,
            Stat stat,
            Optional<ObjectId> indexed,
            boolean strict,
            Sink<T> sink) {
        try {
            if (stat.type() == EntryType.LINK) {
                byte[] text = folder.link(name).getBytes(StandardCharsets.UTF_8);
                return sink.take(text.length, new ByteArrayInputStream(text));
            }
            try (OpenFile file = folder.file(name)) {
                Stat opened = file.stat();
                if (!opened.isFile()) {
                    throw ToolException.conflict(
                            repo.shown(path.isEmpty() ? name : path) + " is not a regular file any more");
                }
                Conversion how = path.isEmpty() || opened.size() == 0 ? Conversion.NONE : conversion(path);
                if (!how.isOfLineEnds() && fits(path, opened, strict)) {
                    byte[] bytes = converted(how, new FileStream(file).readAllBytes(), path, indexed, strict);
                    return sink.take(bytes.length, new ByteArrayInputStream(bytes));
                }
                Eol eol = how.eol();
                if (eol.changesIn()) {
                    TextStats stats = TextStats.of(new FileStream(file));
                    if (eol.dropsCr(stats, () -> indexed(indexed))) {
                        return sink.take(stats.length() - stats.crlf(), EolStream.droppingCr(new FileStream(file)));
                    }
                }
                return sink.take(opened.size(), new FileStream(file));
            }
        } catch (IOException e) {
            throw ToolException.unavailable(
                    repo.shown(path.isEmpty() ? name : path) + " cannot be read, or changed meanwhile", e);
        }
    }

    private boolean fits(String path, Stat file, boolean strict) {
        int most = repo.config().maxTextBytes();
        if (strict && file.size() > most) {
            throw ToolException.limit(repo.shown(path) + " has ident or working-tree-encoding and more than " + most
                    + " bytes: stage it with Git itself");
        }
        return file.size() <= most;
    }

    private byte[] converted(Conversion how, byte[] file, String path, Optional<ObjectId> indexed, boolean strict)
            throws IOException {
        byte[] bytes = file;
        try {
            bytes = how.decoded(file);
        } catch (CharacterCodingException e) {
            if (strict) {
                throw ToolException.invalidInput(repo.shown(path) + " is not in its working-tree-encoding "
                        + RepoText.line(how.encoding(), 40) + ", or its byte order mark is not as that demands");
            }
        }
        if (how.eol().dropsCr(TextStats.of(bytes), () -> indexed(indexed))) {
            bytes = EolStream.droppingCr(new ByteArrayInputStream(bytes)).readAllBytes();
        }
        return how.collapsed(bytes);
    }

    private TextStats indexed(Optional<ObjectId> id) {
        if (id.isEmpty() || isAbsent(id.get())) {
            return TextStats.of(new byte[0]);
        }
        try {
            ObjectLoader blob = repo.git().open(id.get(), Constants.OBJ_BLOB);
            try (InputStream in = blob.openStream()) {
                return TextStats.of(in);
            }
        } catch (IOException e) {
            throw ToolException.unavailable(
                    repo.shown() + " lacks the object " + id.get().name(), e);
        }
    }

    private boolean isAbsent(ObjectId id) {
        try {
            return !repo.git().getObjectDatabase().has(id);
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    private static ObjectId hash(long length, InputStream in) throws IOException {
        MessageDigest sha1 = Index.sha1();
        sha1.update(("blob " + length + "\0").getBytes(StandardCharsets.US_ASCII));
        byte[] step = new byte[Math.clamp(length, 1024, 64 * 1024)];
        for (int read; (read = in.read(step)) > 0; ) {
            sha1.update(step, 0, read);
        }
        return ObjectId.fromRaw(sha1.digest());
    }
}
