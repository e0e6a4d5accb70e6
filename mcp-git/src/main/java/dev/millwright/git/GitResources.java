package dev.millwright.git;

import dev.millwright.git.diff.BlobText;
import dev.millwright.git.diff.FileText;
import dev.millwright.git.diff.Report;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.repo.Revisions;
import dev.millwright.git.work.WorkPaths;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content.ResourceContent;
import dev.millwright.tool.Resources;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * Commits and files at a revision as {@code git:} resources of the repository at the root: {@code git:commit/main},
 * {@code git:file/v1.0/src/a.c}, names percent-encoded, a slash of a revision as {@code %2F}.
 */
final class GitResources implements Resources {
    private static final String COMMIT = "git:commit/";
    private static final String FILE = "git:file/";
    private static final int COMPLETIONS = 100;

    /** Characters of a text that is read as a resource. */
    private static final int MOST = 2_000_000;

    private final Repositories repositories;
    private final GitShow show;

    GitResources(Repositories repositories) {
        this.repositories = repositories;
        this.show = new GitShow(repositories);
    }

    @Override
    public String scheme() {
        return "git";
    }

    @Override
    public List<String> scopes() {
        return List.of("git:read");
    }

    @Override
    public List<Template> templates() {
        return List.of(
                new Template(COMMIT + "{rev}", "Commit", "A commit with its changes.", "text/plain"),
                new Template(FILE + "{rev}/{+path}", "File", "A file at a revision.", "text/plain"));
    }

    /** The branches' last commits; no page follows. */
    @Override
    public Page list(Optional<String> cursor, Call call) throws IOException {
        if (cursor.isPresent()) {
            throw ToolException.invalidInput("the cursor is none that this list gave");
        }
        List<Resource> resources = new ArrayList<>();
        try (Repo repo = repositories.open(call, Optional.empty())) {
            for (Ref ref : repo.git().getRefDatabase().getRefsByPrefix(Constants.R_HEADS)) {
                String name = ref.getName().substring(Constants.R_HEADS.length());
                if (resources.size() < COMPLETIONS) {
                    resources.add(new Resource(
                            COMMIT + encoded(name), RepoText.line(name, 200), "", "text/plain", Optional.empty()));
                }
            }
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.NOT_FOUND) {
                throw e;
            }
            // The root is no repository itself: the templates still say what there may be.
        }
        return new Page(resources, Optional.empty());
    }

    @Override
    public List<ResourceContent> read(String uri, Call call) throws IOException {
        if (uri.startsWith(COMMIT)) {
            GitShow.Input input = new GitShow.Input(
                    Optional.empty(),
                    decoded(uri, uri.substring(COMMIT.length())),
                    Optional.empty(),
                    1,
                    OptionalInt.empty(),
                    Report.Mode.PATCH,
                    Optional.empty(),
                    OptionalInt.empty());
            return List.of(ResourceContent.text(
                    uri, "text/plain", show.call(input, call).asText()));
        }
        int slash = uri.indexOf('/', FILE.length());
        if (!uri.startsWith(FILE) || slash < 0) {
            throw ToolException.notFound(RepoText.line(uri, 200) + " is neither git:commit/REV nor git:file/REV/PATH");
        }
        return List.of(file(
                uri, decoded(uri, uri.substring(FILE.length(), slash)), decoded(uri, uri.substring(slash + 1)), call));
    }

    private ResourceContent file(String uri, String revision, String path, Call call) throws IOException {
        String literal = WorkPaths.one("path", path);
        try (Repo repo = repositories.open(call, Optional.empty());
                ObjectReader reader = repo.git().newObjectReader();
                TreeWalk found = find(repo, reader, revision, literal)) {
            if (found == null || found.getFileMode(0).getObjectType() != Constants.OBJ_BLOB) {
                throw ToolException.notFound(
                        "%s has no file %s".formatted(RepoText.line(revision, 100), RepoText.path(literal, 200)));
            }
            ObjectLoader blob = reader.open(found.getObjectId(0), Constants.OBJ_BLOB);
            int most = Math.min(repo.config().maxTextBytes(), MOST);
            if (blob.getSize() > most) {
                throw ToolException.limit("%s has %d bytes; resources are read up to %d"
                        .formatted(RepoText.path(literal, 200), blob.getSize(), most));
            }
            byte[] bytes = blob.getCachedBytes(most);
            return FileText.isBinary(bytes)
                    ? ResourceContent.blob(uri, "application/octet-stream", bytes)
                    : ResourceContent.text(
                            uri,
                            "text/plain",
                            BlobText.of(bytes, 1, OptionalInt.empty(), Integer.MAX_VALUE)
                                    .text());
        }
    }

    private static @Nullable TreeWalk find(Repo repo, ObjectReader reader, String revision, String path)
            throws IOException {
        ObjectId id = Revisions.object(repo, "rev", revision);
        try (RevWalk walk = new RevWalk(reader)) {
            return path.isEmpty() ? null : TreeWalk.forPath(reader, path, walk.parseTree(id));
        } catch (IncorrectObjectTypeException e) {
            throw ToolException.invalidInput("/rev has no files: " + RepoText.line(revision, 100));
        }
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decoded(String uri, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ToolException.invalidInput(RepoText.line(uri, 200) + " is not a URI: % needs two hexadecimal digits");
        }
    }

    @Override
    public List<String> complete(String uriTemplate, String variable, String typed, Call call) throws IOException {
        try (Repo repo = repositories.open(call, Optional.empty())) {
            return variable.equals("rev") ? refs(repo, typed) : paths(repo, typed);
        } catch (ToolException e) {
            // What cannot be opened completes nothing.
            return List.of();
        }
    }

    /** Short names of branches, remote branches and tags that begin with what was typed. */
    static List<String> refs(Repo repo, String typed) throws IOException {
        List<String> names = new ArrayList<>();
        for (String prefix : List.of(Constants.R_HEADS, Constants.R_TAGS, Constants.R_REMOTES)) {
            for (Ref ref : repo.git().getRefDatabase().getRefsByPrefix(prefix + typed)) {
                names.add(RepoText.plain(ref.getName().substring(prefix.length())));
                if (names.size() == COMPLETIONS) {
                    return names;
                }
            }
        }
        return names;
    }

    /** Paths of HEAD; folders end with a slash. */
    private static List<String> paths(Repo repo, String typed) throws IOException {
        ObjectId head = repo.git().resolve(Constants.HEAD + "^{tree}");
        int slash = typed.lastIndexOf('/');
        String above = typed.substring(0, slash + 1);
        List<String> paths = new ArrayList<>();
        try (ObjectReader reader = repo.git().newObjectReader();
                TreeWalk walk = new TreeWalk(reader)) {
            if (head == null || !enter(walk, reader, head, above)) {
                return List.of();
            }
            while (walk.next() && paths.size() < COMPLETIONS) {
                if (walk.getNameString().startsWith(typed.substring(slash + 1))) {
                    paths.add(above
                            + RepoText.path(walk.getNameString())
                            + (walk.getFileMode(0).equals(FileMode.TREE) ? "/" : ""));
                }
            }
        }
        return paths;
    }

    private static boolean enter(TreeWalk walk, ObjectReader reader, ObjectId head, String above) throws IOException {
        if (above.isEmpty()) {
            walk.addTree(head);
            return true;
        }
        try (TreeWalk folder = TreeWalk.forPath(reader, above.substring(0, above.length() - 1), head)) {
            if (folder == null || !folder.getFileMode(0).equals(FileMode.TREE)) {
                return false;
            }
            walk.addTree(folder.getObjectId(0));
            return true;
        }
    }
}
