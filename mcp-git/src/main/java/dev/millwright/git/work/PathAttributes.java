package dev.millwright.git.work;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;

/** What {@code .gitattributes} say of paths; what programs they name is never run. */
public final class PathAttributes {
    private final Attributes attributes;

    private PathAttributes(Attributes attributes) {
        this.attributes = attributes;
    }

    /** Those of the working tree. */
    public static PathAttributes ofWorkTree(Repo repo) {
        return new PathAttributes(new Attributes(repo.git(), new WorkAttributes(repo)));
    }

    /** Those of a tree; {@link ObjectId#zeroId()} has none. @param reader stays open while they are asked */
    public static PathAttributes ofTree(Repo repo, ObjectReader reader, ObjectId tree) {
        return new PathAttributes(new Attributes(repo.git(), folder -> {
            String path = folder.isEmpty() ? ".gitattributes" : folder + "/.gitattributes";
            try (TreeWalk walk = tree.equals(ObjectId.zeroId()) ? null : TreeWalk.forPath(reader, path, tree)) {
                if (walk == null || (walk.getRawMode(0) & 0170000) != 0100000) {
                    return Optional.empty();
                }
                ObjectLoader blob = reader.open(walk.getObjectId(0), Constants.OBJ_BLOB);
                return blob.getSize() > Attributes.MOST_BYTES ? Optional.empty() : Optional.of(blob.getBytes());
            } catch (IOException e) {
                throw ToolException.unavailable(repo.shown() + " cannot be read", e);
            }
        }));
    }

    /** True where an attribute is set, false where it is unset, empty where it is neither. */
    public Optional<Boolean> flag(String path, String attribute) {
        String value = attributes.of(path).getOrDefault(attribute, "");
        return value.equals(Attributes.SET)
                ? Optional.of(true)
                : value.equals(Attributes.UNSET) ? Optional.of(false) : Optional.empty();
    }
}
