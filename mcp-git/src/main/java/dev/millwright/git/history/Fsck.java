package dev.millwright.git.history;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevObject;

/** Reads every object of a repository, and looks whether it is what its id says and whether all it names is there. */
final class Fsck {
    /** Problems that are told; after as many the rest is not looked for. */
    private static final int MOST = 100;

    private static final int LARGEST_CHECKED = 50_000_000;

    /** @param problems each with the id of the object */
    record Report(long objects, List<String> problems) {}

    private final Repo repo;
    private final Call call;
    private final TreeSet<String> problems = new TreeSet<>();
    private final ObjectChecker checker =
            new ObjectChecker().setAllowLeadingZeroFileMode(true).setAllowInvalidPersonIdent(true);
    private long objects;

    Fsck(Repo repo, Call call) {
        this.repo = repo;
        this.call = call;
    }

    Report run() throws IOException {
        try (ObjectReader reader = repo.git().newObjectReader();
                ObjectInserter.Formatter sums = new ObjectInserter.Formatter()) {
            if (repo.git().getObjectDatabase() instanceof ObjectDirectory directory) {
                for (Pack pack : directory.getPacks()) {
                    for (Iterator<PackIndex.MutableEntry> i = pack.iterator();
                            i.hasNext() && problems.size() < MOST; ) {
                        check(reader, sums, i.next().toObjectId());
                    }
                }
            }
            for (ObjectId id : loose()) {
                if (problems.size() < MOST) {
                    check(reader, sums, id);
                }
            }
        }
        if (problems.isEmpty()) {
            connected();
        }
        return new Report(objects, new ArrayList<>(problems));
    }

    private List<ObjectId> loose() throws IOException {
        List<ObjectId> ids = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Histories.objects(repo), 2)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name =
                        file.getParent().getFileName() + file.getFileName().toString();
                if (name.length() == Constants.OBJECT_ID_STRING_LENGTH && ObjectId.isId(name)) {
                    ids.add(ObjectId.fromString(name));
                }
            }
        }
        return ids;
    }

    private void check(ObjectReader reader, ObjectInserter.Formatter sums, ObjectId id) {
        if ((++objects & 1023) == 0) {
            CallMonitor.check(call);
        }
        try {
            ObjectLoader loader = reader.open(id);
            ObjectId actual;
            if (loader.getType() == Constants.OBJ_BLOB && loader.getSize() > LARGEST_CHECKED || loader.isLarge()) {
                try (InputStream in = loader.openStream()) {
                    actual = sums.idFor(loader.getType(), loader.getSize(), in);
                }
            } else {
                byte[] raw = loader.getCachedBytes();
                actual = sums.idFor(loader.getType(), raw);
                if (loader.getType() != Constants.OBJ_BLOB) {
                    checker.check(loader.getType(), raw);
                }
            }
            if (!actual.equals(id)) {
                problems.add(id.name() + " is not what its id says");
            }
        } catch (CorruptObjectException | LargeObjectException e) {
            problems.add(id.name() + " is damaged or malformed");
        } catch (IOException e) {
            problems.add(id.name() + " cannot be read");
        }
    }

    private void connected() throws IOException {
        List<Ref> refs = new ArrayList<>(repo.git().getRefDatabase().getRefs());
        try (ObjectWalk walk = new ObjectWalk(repo.git())) {
            for (Ref ref : refs) {
                if (ref.getObjectId() != null) {
                    start(walk, ref.getObjectId());
                }
            }
            long steps = 0;
            try {
                while (walk.next() != null) {
                    if ((++steps & 255) == 0) {
                        CallMonitor.check(call);
                    }
                }
                RevObject object = walk.nextObject();
                for (; object != null && problems.size() < MOST; object = walk.nextObject()) {
                    if ((++steps & 255) == 0) {
                        CallMonitor.check(call);
                    }
                    if (object.getType() == Constants.OBJ_BLOB) {
                        demand(walk.getObjectReader(), object);
                    }
                }
            } catch (MissingObjectException e) {
                problems.add(e.getObjectId().name() + " is missing");
            } catch (IncorrectObjectTypeException e) {
                problems.add("an object is not of the type that names it");
            }
        }
    }

    private void demand(ObjectReader reader, ObjectId blob) throws IOException {
        try {
            reader.getObjectSize(blob, Constants.OBJ_BLOB);
        } catch (MissingObjectException e) {
            problems.add(blob.name() + " is missing");
        }
    }

    private void start(ObjectWalk walk, ObjectId id) throws IOException {
        try {
            walk.markStart(walk.parseAny(id));
        } catch (MissingObjectException e) {
            problems.add(e.getObjectId().name() + " is missing");
        }
    }
}
