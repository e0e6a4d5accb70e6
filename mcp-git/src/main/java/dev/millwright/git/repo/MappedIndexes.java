package dev.millwright.git.repo;

import java.io.File;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.file.PackFile;
import org.eclipse.jgit.internal.storage.pack.PackExt;
import org.eclipse.jgit.internal.util.Optionally;

/** Gives the packs of a repository indexes that stay on the disk, before JGit reads those of its own. */
final class MappedIndexes {
    /** Bytes from which an index is worth it. */
    private static final int LARGE = 1 << 16;

    /** There a file that is mapped cannot be removed, and gc would fail. */
    private static final boolean WINDOWS = File.separatorChar == '\\';

    /** JGit has no door for another kind of index; a release that changes these ends in the tests of this class. */
    private static final VarHandle INDEX = field("loadedIdx", Optionally.class);

    private static final VarHandle CHECKSUM = field("packChecksum", byte[].class);

    private final FileRepository git;
    private volatile long looked;

    MappedIndexes(FileRepository git) {
        this.git = git;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(Pack.class, MethodHandles.lookup())
                    .findVarHandle(Pack.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this is not the JGit that Millwright is made for", e);
        }
    }

    /** Looks for new packs. Whatever cannot be mapped is left to JGit, which says what is wrong with it. */
    void look() {
        ObjectDirectory objects = git.getObjectDatabase();
        long now = objects.getPackDirectory().lastModified();
        if (WINDOWS || now == looked) {
            return;
        }
        looked = now;
        for (Pack pack : objects.getPacks()) {
            if (((Optionally<?>) INDEX.getVolatile(pack)).getOptional().isEmpty()) {
                mapped(pack)
                        .filter(index -> isOf(pack, index))
                        .ifPresent(index -> INDEX.setVolatile(pack, new Optionally.Hard<>(index)));
            }
        }
    }

    /** As JGit notes it with the first index it reads: to it the pack and all later indexes are held. */
    private static boolean isOf(Pack pack, MappedIndex index) {
        byte[] checksum = index.getChecksum();
        return CHECKSUM.compareAndSet(pack, null, checksum)
                || Arrays.equals((byte[]) CHECKSUM.getVolatile(pack), checksum);
    }

    private static Optional<MappedIndex> mapped(Pack pack) {
        PackFile index = pack.getPackFile().create(PackExt.INDEX);
        try {
            return index.length() < LARGE ? Optional.empty() : MappedIndex.of(index.toPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
