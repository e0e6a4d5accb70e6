package dev.millwright.git.history;

import dev.millwright.git.diff.FileText;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Revisions;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;

/** Finds lines, or paths, in a commit or in what is tracked of the working tree. */
public final class Grep {
    /** @param lines as {@code 12: text}; empty when only paths were looked for */
    public record Hits(String path, List<String> lines) {}

    /**
     * A page of hits.
     *
     * @param skipped binary and large files and LFS pointers, which were not looked into
     */
    public record Page(List<Hits> hits, int binary, int large, int lfs, Optional<String> cursor) {
        /** How many files were not looked into and why, as in {@code 3 binary}. */
        public Optional<String> skipped() {
            List<String> said = new ArrayList<>();
            say(said, binary, "binary");
            say(said, large, "large or gone");
            say(said, lfs, "LFS pointers");
            return said.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", said));
        }

        private static void say(List<String> into, int count, String what) {
            if (count > 0) {
                into.add(count + " " + what);
            }
        }
    }

    /** A place after which to go on. */
    private record Place(Optional<ObjectId> commit, String path, int line) {}

    private static final int LINE = 300;
    private static final int PER_HIT = 12;

    private final Repo repo;
    private final Call call;
    private final TextPattern pattern;
    private final String question;
    private final List<Hits> hits = new ArrayList<>();
    private String lastPath = "";
    private int left;
    private int room;
    private int binary;
    private int large;
    private int lfs;
    private Optional<Place> after = Optional.empty();
    private Optional<Place> next = Optional.empty();

    /** @param question what must be the same on every page */
    public Grep(Repo repo, Call call, TextPattern pattern, String question) {
        this.repo = repo;
        this.call = call;
        this.pattern = pattern;
        this.question = question;
    }

    /**
     * Looks.
     *
     * @param rev of the commit; empty for the working tree, or for the index's paths, or for HEAD where it is bare
     * @param onlyPaths whether paths are matched instead of lines
     * @param limit hits at most
     * @param room bytes of JSON for the hits
     */
    public Page run(
            Optional<String> rev, List<String> paths, boolean onlyPaths, int limit, int room, Optional<String> cursor) {
        this.left = limit;
        this.room = room;
        this.after = cursor.map(this::read);
        try (RevWalk walk = new RevWalk(repo.git())) {
            Optional<ObjectId> commit = after.isPresent()
                    ? after.get().commit()
                    : rev.or(() -> repo.isBare() ? Optional.of(Constants.HEAD) : Optional.empty())
                            .map(r -> Revisions.commit(repo, walk, "rev", r).copy());
            Tracked.Files files = (path, content) -> onlyPaths ? path(commit, path) : file(commit, path, content);
            Tracked tracked = new Tracked(repo, call, paths);
            if (commit.isPresent()) {
                tracked.ofTree(
                        walk.getObjectReader(), walk.parseCommit(commit.get()).getTree(), files);
            } else {
                tracked.ofWorkTree(files);
            }
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
        return new Page(hits, binary, large, lfs, next.map(this::write));
    }

    private boolean isBefore(String path) {
        return after.isPresent() && compare(path, after.get().path()) < 0;
    }

    private static int compare(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private boolean path(Optional<ObjectId> commit, String path) {
        if (isBefore(path) || after.isPresent() && after.get().path().equals(path) || !pattern.isIn(path)) {
            return true;
        }
        String shown = RepoText.path(path);
        if (!fits(shown.length() + PER_HIT)) {
            next = Optional.of(new Place(commit, lastPath, 0));
            return false;
        }
        lastPath = path;
        hits.add(new Hits(shown, List.of()));
        return true;
    }

    private boolean fits(int bytes) {
        if (left == 0 || room < bytes && !hits.isEmpty()) {
            return false;
        }
        left--;
        room -= bytes;
        return true;
    }

    private boolean file(Optional<ObjectId> commit, String path, Tracked.Content content) throws IOException {
        if (isBefore(path)) {
            return true;
        }
        Optional<byte[]> bytes = content.read(repo.config().maxTextBytes());
        if (bytes.isEmpty()) {
            large++;
            return true;
        } else if (FileText.isBinary(bytes.get())) {
            binary++;
            return true;
        } else if (FileText.isLfsPointer(bytes.get())) {
            lfs++;
            return true;
        }
        int seen = after.filter(place -> place.path().equals(path))
                .map(Place::line)
                .orElse(0);
        List<String> lines = new ArrayList<>();
        String shown = RepoText.path(path);
        int[] last = {seen};
        pattern.lines(bytes.get(), (number, from, to) -> {
            if (number <= seen) {
                return true;
            }
            String text = RepoText.line(FileText.decoded(bytes.get(), from, Math.min(to, from + 4 * LINE)), LINE);
            if (left == 0 || room < text.length() * 2 + PER_HIT && !(hits.isEmpty() && lines.isEmpty())) {
                next = Optional.of(new Place(commit, path, last[0]));
                return false;
            }
            left--;
            room -= text.length() * 2 + PER_HIT + (lines.isEmpty() ? shown.length() * 2 + PER_HIT : 0);
            lines.add(number + ": " + text);
            last[0] = number;
            return true;
        });
        if (!lines.isEmpty()) {
            hits.add(new Hits(shown, lines));
        }
        return next.isEmpty();
    }

    private String write(Place place) {
        String text = place.commit().map(ObjectId::name).orElse("") + "." + place.line() + "." + place.path();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((sum(text) + "." + text).getBytes(StandardCharsets.UTF_8));
    }

    private Place read(String cursor) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\\.", 4);
            if (parts.length == 4 && parts[0].equals(sum(parts[1] + "." + parts[2] + "." + parts[3]))) {
                return new Place(
                        parts[1].isEmpty() ? Optional.empty() : Optional.of(ObjectId.fromString(parts[1])),
                        parts[3],
                        Integer.parseInt(parts[2]));
            }
        } catch (IllegalArgumentException e) {
            throw none(cursor);
        }
        throw none(cursor);
    }

    private static ToolException none(String cursor) {
        return ToolException.invalidInput(
                "/cursor is none that git_search gave for the same arguments: " + RepoText.line(cursor, 40));
    }

    private String sum(String text) {
        CRC32 sum = new CRC32();
        sum.update(question.getBytes(StandardCharsets.UTF_8));
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(sum.getValue());
    }
}
