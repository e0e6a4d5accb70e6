package dev.millwright.git.secret;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.json.Redactor;
import dev.millwright.mask.RandomText;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** Looks through the lines that a commit adds; linear in their length. */
public final class SecretScan {
    /** What looks like a secret: never its value. @param line from 1 */
    public record Finding(String kind, String path, int line) {}

    /** More are not looked for. */
    private static final int MOST = 50;

    /** Longer lines are generated: looked at for known shapes only. */
    private static final int LINE = 2_000;

    private static final Redactor SHAPES = new Redactor(List.of());

    /** Files full of random text that is none. */
    private static final Set<String> LOCK_FILES = Set.of(
            "package-lock.json",
            "npm-shrinkwrap.json",
            "pnpm-lock.yaml",
            "go.sum",
            "gradle.lockfile",
            "packages.lock.json");

    private final Repo repo;
    private final Call call;

    public SecretScan(Repo repo, Call call) {
        this.repo = repo;
        this.call = call;
    }

    /** What a step from one tree to another adds. @param from {@link ObjectId#zeroId()} is the empty tree */
    public List<Finding> added(ObjectId from, ObjectId to) {
        List<Finding> findings = new ArrayList<>();
        try (ObjectReader reader = repo.git().newObjectReader();
                TreeWalk walk = new TreeWalk(repo.git(), reader)) {
            walk.addTree(
                    from.equals(ObjectId.zeroId())
                            ? new EmptyTreeIterator()
                            : new CanonicalTreeParser(null, reader, from));
            walk.addTree(new CanonicalTreeParser(null, reader, to));
            walk.setRecursive(true);
            walk.setFilter(TreeFilter.ANY_DIFF);
            while (walk.next() && findings.size() < MOST) {
                CallMonitor.check(call);
                FileMode mode = walk.getFileMode(1);
                if ((FileMode.REGULAR_FILE.equals(mode) || FileMode.EXECUTABLE_FILE.equals(mode))
                        && !walk.idEqual(0, 1)) {
                    Optional<String> before = walk.getRawMode(0) == 0 || FileMode.GITLINK.equals(walk.getFileMode(0))
                            ? Optional.empty()
                            : text(reader, walk.getObjectId(0));
                    text(reader, walk.getObjectId(1))
                            .ifPresent(now -> scan(walk.getPathString(), before.orElse(""), now, findings));
                }
            }
            return findings;
        } catch (IOException e) {
            throw ToolException.unavailable(repo.shown() + " cannot be read", e);
        }
    }

    private Optional<String> text(ObjectReader reader, ObjectId id) throws IOException {
        ObjectLoader blob = reader.open(id, Constants.OBJ_BLOB);
        if (blob.getSize() > repo.config().maxTextBytes()) {
            return Optional.empty();
        }
        byte[] bytes = blob.getCachedBytes(repo.config().maxTextBytes());
        return RawText.isBinary(bytes) ? Optional.empty() : Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }

    private static void scan(String path, String before, String now, List<Finding> into) {
        Set<String> known = new HashSet<>(before.lines().toList());
        boolean random = isLockFile(path);
        int number = 0;
        for (String line : now.lines().toList()) {
            number++;
            if (into.size() >= MOST) {
                return;
            } else if (!known.contains(line)) {
                Optional<String> kind = kind(path, line, random);
                if (kind.isPresent()) {
                    into.add(new Finding(kind.get(), path, number));
                }
            }
        }
    }

    static Optional<String> kind(String path, String line, boolean random) {
        for (Redactor.Found found : SHAPES.find(line)) {
            String value = line.substring(found.from(), found.to());
            if (!isExample(value)) {
                return Optional.of(found.kind());
            }
        }
        return random || line.length() > LINE
                ? Optional.empty()
                : RandomText.find(path, line).map(value -> "random text of a secret's name");
    }

    /** As documentation writes them. */
    private static boolean isExample(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        return lower.endsWith("example")
                || lower.endsWith("examplekey")
                || lower.contains("xxxx")
                || Set.of("password", "pass", "pw", "secret", "token", "changeme", "pass123", "password123")
                        .contains(lower);
    }

    private static boolean isLockFile(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return LOCK_FILES.contains(name) || name.endsWith(".lock");
    }
}
