package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/** Says of the files and folders that a partial clone left at its remote how they are brought. */
final class PromisedReader extends ObjectReader.Filter {
    private final ObjectReader objects;

    PromisedReader(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    protected ObjectReader delegate() {
        return objects;
    }

    @Override
    public ObjectReader newReader() {
        return new PromisedReader(objects.newReader());
    }

    @Override
    public ObjectLoader open(AnyObjectId id, int type) throws IOException {
        try {
            return objects.open(id, type);
        } catch (MissingObjectException e) {
            throw missing(id, type, e);
        }
    }

    @Override
    public long getObjectSize(AnyObjectId id, int type) throws IOException {
        try {
            return objects.getObjectSize(id, type);
        } catch (MissingObjectException e) {
            throw missing(id, type, e);
        }
    }

    private static MissingObjectException missing(AnyObjectId id, int type, MissingObjectException otherwise) {
        if (type == Constants.OBJ_BLOB || type == Constants.OBJ_TREE) {
            throw lacking(Constants.typeString(type) + " " + id.name());
        }
        return otherwise;
    }

    /** @param what is not here */
    static ToolException lacking(String what) {
        return ToolException.unavailable("this partial clone has not fetched the " + what
                + ": git_fetch with missing brings all that a revision or a range lacks, in one go");
    }
}
