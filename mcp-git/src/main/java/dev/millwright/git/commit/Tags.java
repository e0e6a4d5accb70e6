package dev.millwright.git.commit;

import dev.millwright.git.repo.Author;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefNames;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.sign.Signing;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.TagBuilder;
import org.eclipse.jgit.revwalk.RevWalk;

/** Tags made and removed. Each answers what was done, in words. */
public final class Tags {
    private final Repo repo;
    private final RefWrites refs;
    private final Signing signing;

    public Tags(Change change, Signing signing) {
        this.repo = change.repo();
        this.refs = new RefWrites(change);
        this.signing = signing;
    }

    /**
     * @param message of an annotated tag; empty for a name alone
     * @param sign empty for signing where there is a key
     * @param force whether one that is there may move
     */
    public String create(String name, String target, Optional<String> message, Optional<Boolean> sign, boolean force)
            throws IOException {
        String ref = RefNames.newTag("name", name);
        ObjectId before = refs.value(ref);
        if (!before.equals(ObjectId.zeroId()) && !force) {
            throw ToolException.conflict(name + " is there already, at " + before.name());
        }
        RefNames.lookalike(repo, ref).ifPresent(other -> {
            throw ToolException.conflict("%s looks like %s, which is there".formatted(name, RepoText.line(other, 200)));
        });
        if (message.isEmpty() && sign.orElse(false)) {
            throw ToolException.invalidInput("/message is needed for a signed tag");
        }
        ObjectId object = Revisions.object(repo, "target", target);
        ObjectId id = message.isPresent() ? annotated(name, object, message.get(), sign) : object;
        refs.put(ref, before, id, "tag: tagging " + object.name());
        return name + " " + id.name();
    }

    private ObjectId annotated(String name, ObjectId object, String message, Optional<Boolean> sign)
            throws IOException {
        TagBuilder tag = new TagBuilder();
        tag.setTag(name);
        tag.setTagger(Author.of(repo));
        tag.setMessage(Message.given(message));
        try (RevWalk walk = new RevWalk(repo.git());
                ObjectInserter inserter = repo.git().newObjectInserter()) {
            tag.setObjectId(walk.parseAny(object));
            if (sign.orElse(true) && !signing.sign(repo, tag) && sign.isPresent()) {
                throw ToolException.unavailable(
                        "there is no key to sign with; the operator can set reach.git.signing of the tenant");
            }
            ObjectId id = inserter.insert(tag);
            inserter.flush();
            return id;
        }
    }

    public String delete(String name) {
        String ref = RefNames.tag("name", name);
        ObjectId before = refs.value(ref);
        if (before.equals(ObjectId.zeroId())) {
            throw ToolException.notFound("there is no tag " + RepoText.line(name, 100));
        }
        refs.delete(ref, before);
        return name + " deleted, was " + before.name();
    }
}
