package dev.millwright.git;

import dev.millwright.git.repo.Repo;
import dev.millwright.testing.FakeCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Ref;

/** All of the root and its repository that undo promises to bring back, but for times and the logs of refs. */
record World(List<String> refs, String head, List<String> index, List<String> files, List<String> state) {
    /** What of a Git folder may differ: it is looked at by Git's rules, or only adds to what there is. */
    private static final Predicate<String> APART = Pattern.compile(
                    "(objects|refs|packed-refs|index|HEAD|logs(?!/refs/stash$)|millwright\\.(lock|index-\\d+)"
                            + "|worktrees/[^/]*/(index|logs|millwright\\.index-\\d+))(/.*)?")
            .asMatchPredicate();

    /** The Git folder is looked at by itself; a remote that lies in the root is no part of the repository. */
    private static final Predicate<String> ELSEWHERE = Pattern.compile(
                    "(\\.git|far\\.git|.*/(logs|index|millwright\\.[^/]*|refs/millwright|ORIG_HEAD))(/.*)?")
            .asMatchPredicate();

    static World of(Bench bench) throws IOException {
        Path git = bench.root.resolve(".git");
        List<String> files = listed(bench.root, ELSEWHERE);
        if (!Files.exists(git)) {
            return new World(List.of(), "", List.of(), files, List.of());
        }
        try (Repo repo = bench.repositories.open(new FakeCall(), Optional.empty())) {
            List<String> refs = new ArrayList<>();
            for (Ref ref : repo.git().getRefDatabase().getRefsByPrefix("refs/")) {
                if (!ref.getName().startsWith("refs/millwright/")) {
                    refs.add(ref.getName() + " "
                            + (ref.isSymbolic()
                                    ? ref.getTarget().getName()
                                    : ref.getObjectId().name()));
                }
            }
            List<String> index = new ArrayList<>();
            DirCache cache = repo.git().readDirCache();
            for (int i = 0; i < cache.getEntryCount(); i++) {
                DirCacheEntry entry = cache.getEntry(i);
                index.add(entry.getPathString() + " " + entry.getStage() + " " + entry.getFileMode() + " "
                        + entry.getObjectId().name());
            }
            return new World(refs, bench.text(".git/HEAD"), index, files, listed(git, APART));
        }
    }

    private static List<String> listed(Path top, Predicate<String> apart) throws IOException {
        try (Stream<Path> all = Files.walk(top)) {
            return all.filter(path -> !apart.test(top.relativize(path).toString()))
                    .sorted()
                    .map(path -> top.relativize(path) + " " + content(path))
                    .toList();
        }
    }

    private static String content(Path path) {
        try {
            if (Files.isSymbolicLink(path)) {
                return "-> " + Files.readSymbolicLink(path);
            }
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
            return mode + (Files.isDirectory(path) ? "/" : " " + Files.readString(path, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
