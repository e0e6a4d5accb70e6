package dev.millwright.git.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.BasePackIndexWriter;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PackedObjectInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index that stays on the disk says the same as the one that JGit reads of the same file. */
final class MappedIndexTest {
    private static final byte[] CHECKSUM = Constants.encodeASCII("checksum of the pack");

    private final Random random = new Random(7);

    @TempDir
    Path folder;

    private List<ObjectId> ids(int count) {
        List<ObjectId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] raw = new byte[Constants.OBJECT_ID_LENGTH];
            random.nextBytes(raw);
            // Some alike, and bytes of either sign in all places.
            raw[0] = (byte) (i % 3 == 0 ? 0xff : raw[0]);
            raw[1] = (byte) (i % 6 == 0 ? 0x80 : raw[1]);
            ids.add(ObjectId.fromRaw(raw));
        }
        return ids;
    }

    private Path written(List<ObjectId> ids, int version, long longest) throws IOException {
        List<PackedObjectInfo> objects = new ArrayList<>();
        for (ObjectId id : ids.stream().sorted().toList()) {
            PackedObjectInfo object = new PackedObjectInfo(id);
            object.setOffset(random.nextLong(longest));
            object.setCRC(random.nextInt());
            objects.add(object);
        }
        Path file = folder.resolve("pack-" + version + "-" + ids.size() + ".idx");
        try (OutputStream out = Files.newOutputStream(file)) {
            BasePackIndexWriter.createVersion(out, version).write(objects, CHECKSUM);
        }
        return file;
    }

    @Test
    void saysOfEachObjectWhatJGitSays() throws IOException {
        for (long longest : new long[] {1_000_000, 1L << 40}) {
            for (int count : new int[] {0, 1, 5, 3_000}) {
                List<ObjectId> ids = ids(count);
                Path file = written(ids, 2, longest);
                PackIndex expected = PackIndex.open(file.toFile());
                MappedIndex index = MappedIndex.of(file).orElseThrow();

                assertThat(index.getObjectCount()).isEqualTo(count);
                assertThat(index.getOffset64Count()).isEqualTo(expected.getOffset64Count());
                assertThat(index.getChecksum())
                        .isEqualTo(expected.getChecksum())
                        .isEqualTo(CHECKSUM);
                assertThat(index.hasCRC32Support()).isTrue();
                for (ObjectId id : ids) {
                    assertThat(index.hasObject(id)).isTrue();
                    assertThat(index.findOffset(id)).isEqualTo(expected.findOffset(id));
                    assertThat(index.findCRC32(id)).isEqualTo(expected.findCRC32(id));
                    int nth = index.findPosition(id);
                    assertThat(nth).isEqualTo(expected.findPosition(id));
                    assertThat(index.getObjectId(nth)).isEqualTo(id);
                    assertThat(index.getOffset(nth)).isEqualTo(expected.getOffset(nth));
                }
            }
        }
    }

    @Test
    void lacksWhatJGitLacks() throws IOException {
        MappedIndex index = MappedIndex.of(written(ids(500), 2, 1_000)).orElseThrow();
        for (ObjectId id : ids(500)) {
            assertThat(index.findOffset(id)).isEqualTo(-1);
            assertThat(index.findPosition(id)).isEqualTo(-1);
            assertThatThrownBy(() -> index.findCRC32(id)).isInstanceOf(MissingObjectException.class);
        }
    }

    @Test
    void findsAbbreviationsAsJGitDoes() throws IOException {
        List<ObjectId> ids = ids(2_000);
        Path file = written(ids, 2, 1_000);
        PackIndex expected = PackIndex.open(file.toFile());
        MappedIndex index = MappedIndex.of(file).orElseThrow();
        for (ObjectId id : ids.subList(0, 200)) {
            for (int length : new int[] {2, 3, 4, 7, 8, 9, 39, 40}) {
                AbbreviatedObjectId part =
                        AbbreviatedObjectId.fromString(id.name().substring(0, length));
                for (int limit : new int[] {0, 1, 8, 1_000}) {
                    Set<ObjectId> found = new HashSet<>();
                    Set<ObjectId> wanted = new HashSet<>();
                    index.resolve(found, part, limit);
                    expected.resolve(wanted, part, limit);
                    assertThat(found).isEqualTo(wanted).isNotEmpty();
                }
            }
        }
        Set<ObjectId> none = new HashSet<>();
        index.resolve(none, AbbreviatedObjectId.fromString("fffffffffff"), 10);
        assertThat(none).isEmpty();
    }

    @Test
    void goesThroughAllInTheOrderOfJGit() throws IOException {
        Path file = written(ids(300), 2, 1L << 40);
        List<String> found = new ArrayList<>();
        MappedIndex.of(file).orElseThrow().forEach(entry -> found.add(entry.name() + "@" + entry.getOffset()));
        List<String> expected = new ArrayList<>();
        PackIndex.open(file.toFile()).forEach(entry -> expected.add(entry.name() + "@" + entry.getOffset()));
        assertThat(found).hasSize(300).isEqualTo(expected);
    }

    @Test
    void leavesToJGitWhatIsOfVersionOneOrBroken() throws IOException {
        assertThat(MappedIndex.of(written(ids(10), 1, 1_000))).isEmpty();
        byte[] good = Files.readAllBytes(written(ids(100), 2, 1_000));
        Path file = folder.resolve("broken.idx");
        assertThat(MappedIndex.of(Files.write(file, new byte[0]))).isEmpty();
        assertThat(MappedIndex.of(Files.write(file, Arrays.copyOf(good, good.length - 9))))
                .isEmpty();
        // More objects than there is place for, and a table that falls.
        assertThat(MappedIndex.of(Files.write(file, changed(good, 8 + 255 * 4, 1 << 20))))
                .isEmpty();
        assertThat(MappedIndex.of(Files.write(file, changed(good, 8 + 255 * 4, -1))))
                .isEmpty();
        assertThat(MappedIndex.of(Files.write(file, changed(good, 8, 1 << 20)))).isEmpty();
        assertThat(MappedIndex.of(Files.write(file, good))).isPresent();
    }

    private static byte[] changed(byte[] bytes, int at, int to) {
        return ByteBuffer.wrap(bytes.clone()).putInt(at, to).array();
    }

    @Test
    void servesJGitInPlaceOfItsOwn() throws IOException {
        Path top = Files.createDirectory(folder.resolve("repository.git"));
        try (FileRepository git = (FileRepository)
                new FileRepositoryBuilder().setGitDir(top.toFile()).setBare().build()) {
            git.create(true);
            List<ObjectId> blobs = packed(git, 3_000);
            ObjectDirectory objects = git.getObjectDatabase();
            objects.close();
            new MappedIndexes(git).look();
            assertThat(objects.getPacks())
                    .hasSize(1)
                    .allSatisfy(pack -> assertThat(pack.getIndex()).isInstanceOf(MappedIndex.class));
            for (ObjectId blob : blobs.subList(0, 500)) {
                assertThat(git.open(blob).getBytes()).isNotEmpty();
                assertThat(git.newObjectReader().abbreviate(blob, 40).name()).isEqualTo(blob.name());
            }
            assertThat(git.resolve(blobs.getFirst().name().substring(0, 12))).isEqualTo(blobs.getFirst());
            assertThat(git.getObjectDatabase().has(ObjectId.zeroId())).isFalse();
        }
    }

    private static List<ObjectId> packed(FileRepository git, int files) throws IOException {
        List<ObjectId> blobs = new ArrayList<>();
        try (ObjectInserter inserter = git.getObjectDatabase().newPackInserter()) {
            for (int i = 0; i < files; i++) {
                blobs.add(inserter.insert(Constants.OBJ_BLOB, Constants.encodeASCII("file " + i)));
            }
            inserter.flush();
        }
        return blobs;
    }
}
