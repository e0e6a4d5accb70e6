package dev.millwright.git.merge;

import dev.millwright.git.merge.TextMerge.Favor;
import dev.millwright.git.work.PathChange.Side;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.jspecify.annotations.Nullable;

/** Merges three versions of one file, link or submodule. */
final class ContentMerge {
    /** @param side what the file holds then, conflict markers included */
    record Result(@Nullable Side side, boolean isClean) {}

    private final Blobs blobs;
    private final MergeAttributes attributes;
    private final ObjectInserter inserter;
    private final Favor favor;
    private final Runnable check;

    ContentMerge(Blobs blobs, MergeAttributes attributes, ObjectInserter inserter, Favor favor, Runnable check) {
        this.blobs = blobs;
        this.attributes = attributes;
        this.inserter = inserter;
        this.favor = favor;
        this.check = check;
    }

    /**
     * @param path whose attributes count
     * @param names where the base, ours and theirs have it
     * @param nesting conflicts of merge bases around this one: makes markers longer
     * @param virtual whether this makes a merge base of several
     */
    Result merge(
            String path,
            @Nullable Side base,
            Side ours,
            Side theirs,
            String[] names,
            Labels labels,
            int nesting,
            boolean virtual)
            throws IOException {
        boolean clean = true;
        FileMode mode = theirs.mode();
        if (!ours.mode().equals(theirs.mode().getBits())
                && (base == null || !ours.mode().equals(base.mode().getBits()))) {
            mode = ours.mode();
            clean = base != null && theirs.mode().equals(base.mode().getBits());
        }
        ObjectId baseId = base == null ? ObjectId.zeroId() : base.id();
        if (ours.id().equals(theirs.id()) || ours.id().equals(baseId)) {
            return new Result(new Side(mode, theirs.id()), clean);
        } else if (theirs.id().equals(baseId)) {
            return new Result(new Side(mode, ours.id()), clean);
        }
        int type = Node.type(ours);
        if (type == FileMode.TYPE_FILE) {
            ObjectId shared = Node.type(base) == type ? baseId : ObjectId.zeroId();
            boolean sameName = names[0].equals(names[1]) && names[1].equals(names[2]);
            Labels named =
                    sameName ? labels : new Labels(labels.ours() + ":" + names[1], labels.theirs() + ":" + names[2]);
            Text text = text(path, shared, ours.id(), theirs.id(), named, nesting, virtual);
            return new Result(new Side(mode, text.id()), clean && text.isClean());
        } else if (virtual && (type == FileMode.TYPE_SYMLINK || Node.type(base) != type)) {
            return new Result(base, false);
        } else if (type == FileMode.TYPE_SYMLINK && favor == Favor.OURS) {
            return new Result(new Side(mode, ours.id()), clean);
        } else if (type == FileMode.TYPE_SYMLINK && favor == Favor.THEIRS) {
            return new Result(new Side(mode, theirs.id()), clean);
        }
        return new Result(new Side(mode, virtual ? baseId : ours.id()), false);
    }

    private record Text(ObjectId id, boolean isClean) {}

    private Text text(
            String path, ObjectId base, ObjectId ours, ObjectId theirs, Labels labels, int nesting, boolean virtual)
            throws IOException {
        Optional<byte[]> baseText = blobs.read(base);
        Optional<byte[]> ourText = blobs.read(ours);
        Optional<byte[]> theirText = blobs.read(theirs);
        MergeAttributes.Driver driver = attributes.driver(path);
        Favor settled = driver == MergeAttributes.Driver.UNION ? Favor.UNION : virtual ? Favor.NONE : favor;
        if (driver == MergeAttributes.Driver.BINARY
                || baseText.isEmpty()
                || ourText.isEmpty()
                || theirText.isEmpty()
                || Fingerprint.isBinary(baseText.get())
                || Fingerprint.isBinary(ourText.get())
                || Fingerprint.isBinary(theirText.get())) {
            if (virtual) {
                return new Text(
                        base.equals(ObjectId.zeroId()) ? inserter.insert(Constants.OBJ_BLOB, new byte[0]) : base, true);
            }
            return switch (settled) {
                case OURS -> new Text(ours, true);
                case THEIRS -> new Text(theirs, true);
                case NONE, UNION -> new Text(ours, false);
            };
        }
        TextMerge.Merged merged = TextMerge.merge(
                baseText.get(),
                ourText.get(),
                theirText.get(),
                settled,
                new TextMerge.Markers(labels.ours(), labels.theirs(), attributes.markerSize(path) + nesting),
                check);
        return new Text(
                inserter.insert(Constants.OBJ_BLOB, merged.text()),
                merged.hunks().isEmpty());
    }
}
