package dev.millwright.git.work;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/** Writes versions of files into the working tree, each whole or not at all. */
final class FileWriter {
    private static final int LINK_BYTES = 4095;

    private final Repo repo;
    private final WorkFolders folders;
    private final Cleaned cleaned;
    private final ObjectReader reader;

    FileWriter(Repo repo, WorkFolders folders, Cleaned cleaned, ObjectReader reader) {
        this.repo = repo;
        this.folders = folders;
        this.cleaned = cleaned;
        this.reader = reader;
    }

    /** Puts a version in its place, over a file or link that is there; what the file system knows of it then. */
    Stat write(String path, PathChange.Side side) {
        Folder folder = folders.make(WorkFolders.parent(path));
        String name = WorkFolders.name(path);
        Optional<Stat> before = folder.stat(name);
        boolean submodule = FileMode.GITLINK.equals(side.mode());
        if (before.filter(Stat::isFolder).isPresent() && !submodule) {
            folders.forget(path);
            removeEmpty(folder, name, path);
            before = Optional.empty();
        }
        try {
            if (submodule) {
                folder(folder, name, before);
            } else if (FileMode.SYMLINK.equals(side.mode()) && cleaned.keepsLinks()) {
                link(folder, name, path, side, before.isEmpty());
            } else {
                file(folder, name, path, side, before.isEmpty());
            }
        } catch (MissingObjectException e) {
            throw ToolException.unavailable(
                    repo.shown() + " lacks the object " + side.id().name());
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown(path) + " cannot be written", e);
        }
        return folder.stat(name).orElseThrow(() -> ToolException.conflict(repo.shown(path) + " was removed meanwhile"));
    }

    /** A submodule is a folder, never filled. */
    private static void folder(Folder folder, String name, Optional<Stat> before) {
        if (before.filter(Stat::isFolder).isEmpty()) {
            if (before.isPresent()) {
                folder.remove(name);
            }
            folder.makeFolder(name);
        }
    }

    /** @throws ToolException {@code CONFLICT} when a file is in it */
    private void removeEmpty(Folder parent, String name, String path) {
        try (Folder folder = parent.folder(name)) {
            for (String entry : Trees.names(folder)) {
                if (folder.stat(entry).filter(Stat::isFolder).isEmpty()) {
                    throw ToolException.conflict(
                            repo.shown(path) + " is in the way: it holds " + RepoText.path(entry, 200));
                }
                removeEmpty(folder, entry, path + "/" + entry);
            }
        }
        parent.removeFolder(name);
    }

    private void link(Folder folder, String name, String path, PathChange.Side side, boolean free) throws IOException {
        ObjectLoader blob = reader.open(side.id(), Constants.OBJ_BLOB);
        if (blob.getSize() > LINK_BYTES) {
            throw ToolException.denied(repo.shown(path) + " would be a link longer than " + LINK_BYTES + " bytes");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(blob.getBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ToolException.denied(repo.shown(path) + " would be a link whose text is not UTF-8");
        }
        String first = free ? name : temporary();
        folder.makeLink(first, text);
        if (!free) {
            folder.rename(first, folder, name, true);
        }
    }

    private void file(Folder folder, String name, String path, PathChange.Side side, boolean free) throws IOException {
        ObjectLoader blob = reader.open(side.id(), Constants.OBJ_BLOB);
        Conversion how = FileMode.SYMLINK.equals(side.mode()) ? Conversion.NONE : cleaned.conversion(path);
        Content content = how.isOfLineEnds() ? lineEnds(blob, how.eol()) : converted(blob, how, path, side.id());
        String temporary = temporary();
        try (NewFile file = folder.create(temporary);
                InputStream in = content.open()) {
            byte[] step = new byte[Math.clamp(blob.getSize(), 1024, 64 * 1024)];
            for (int read; (read = in.read(step)) > 0; ) {
                file.write(step, 0, read);
            }
            if (FileMode.EXECUTABLE_FILE.equals(side.mode()) && cleaned.keepsMode()) {
                int mode = file.stat().mode();
                file.mode(mode | (mode & 0444) >> 2);
            }
            file.linkAs(free ? name : temporary, false);
        }
        if (!free) {
            folder.rename(temporary, folder, name, true);
        }
    }

    /** What is written, to be read once. */
    @FunctionalInterface
    private interface Content {
        InputStream open() throws IOException;
    }

    private static Content lineEnds(ObjectLoader blob, Eol eol) throws IOException {
        if (eol.changesOut()) {
            try (InputStream in = blob.openStream()) {
                if (eol.addsCr(TextStats.of(in))) {
                    return () -> EolStream.addingCr(blob.openStream());
                }
            }
        }
        return blob::openStream;
    }

    /** Whole in memory. @throws ToolException {@code LIMIT} when it is too large for that */
    private Content converted(ObjectLoader blob, Conversion how, String path, ObjectId id) throws IOException {
        int most = repo.config().maxTextBytes();
        if (blob.getSize() > most) {
            throw ToolException.limit(repo.shown(path) + " has ident or working-tree-encoding and more than " + most
                    + " bytes: check it out with Git itself");
        }
        byte[] bytes = how.expanded(blob.getBytes(most), id);
        if (how.eol().changesOut() && how.eol().addsCr(TextStats.of(bytes))) {
            bytes = EolStream.addingCr(new ByteArrayInputStream(bytes)).readAllBytes();
        }
        try {
            byte[] encoded = how.encoded(bytes);
            return () -> new ByteArrayInputStream(encoded);
        } catch (CharacterCodingException e) {
            throw ToolException.denied(repo.shown(path) + " cannot be written in its working-tree-encoding "
                    + RepoText.line(how.encoding(), 40));
        }
    }

    private static String temporary() {
        return ".millwright-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
