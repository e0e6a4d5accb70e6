package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A repository made from a seed: several branches with merges, renames with and without edits, copies, deletions, files
 * that become folders, changes of mode, links, submodule entries, binary, CRLF and empty files, missing final newlines, odd
 * names, and clocks that go backwards. The same seed is the same repository, to the last object.
 *
 * @param portable whether names are such that any system can check them out; else also those with controls, quotes, wildcards
 */
record RandomHistory(long seed, int commits, boolean portable) {
    private static final List<String> BRANCHES = List.of("main", "topic/one", "zweig-ü", "rel_1.x");
    private static final List<String> PEOPLE = List.of(
            "Ada Lovelace <ada@example.org>",
            "Grace Hopper <grace@example.org>",
            "José Ñandú <jose@example.org>",
            "李雷 <li@example.org>");
    private static final long BEGIN = 1_700_000_000;

    RandomHistory(long seed, int commits) {
        this(seed, commits, true);
    }

    /** A version of a file: {@code data} is the text of a link for mode 120000, the id of a commit for 160000. */
    private record Entry(String mode, byte[] data) {
        boolean isFile() {
            return mode.startsWith("100");
        }

        boolean same(Entry other) {
            return mode.equals(other.mode) && Arrays.equals(data, other.data);
        }
    }

    private record Head(int mark, TreeMap<String, Entry> tree) {}

    /** Makes it in a folder that is empty or not there, by one native process; index and working tree stay empty. */
    Path in(Path folder) throws IOException, InterruptedException {
        Path git = folder.resolve(".git");
        Files.createDirectories(git.resolve("objects"));
        Files.createDirectories(git.resolve("refs"));
        Files.writeString(git.resolve("HEAD"), "ref: refs/heads/main\n");
        Files.writeString(git.resolve("config"), """
                [core]
                \trepositoryformatversion = 0
                \tfilemode = true
                \tbare = false
                \tlogallrefupdates = true
                """);
        Path stream = git.resolve("fast-import");
        Files.write(stream, new Generator().stream());
        run(folder, stream, "-c", "fastimport.unpackLimit=1", "fast-import", "--quiet", "--date-format=raw");
        Files.delete(stream);
        return folder;
    }

    /** As {@link #in}, with {@code main} checked out by a second native process. */
    Path checkedOutIn(Path folder) throws IOException, InterruptedException {
        in(folder);
        run(folder, Path.of("/dev/null"), "reset", "-q", "--hard");
        return folder;
    }

    /** Paths of the files that {@code main} has in the end, links and submodules left out. */
    List<String> files() {
        return paths(Entry::isFile);
    }

    /** Those of the {@link #files} that are not binary. */
    List<String> texts() {
        return paths(entry -> entry.isFile() && !RandomContent.isBinary(entry.data()));
    }

    private List<String> paths(Predicate<Entry> wanted) {
        Generator generator = new Generator();
        generator.stream();
        return generator.heads.get("main").tree().entrySet().stream()
                .filter(entry -> wanted.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void run(Path folder, Path input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(input.toFile())
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of("GIT_CONFIG_NOSYSTEM", "1", "GIT_CONFIG_GLOBAL", "/dev/null", "LC_ALL", "C.UTF-8"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("git %s: %s", command, output).isZero();
    }

    /** Writes the stream that {@code git fast-import} reads. */
    private final class Generator {
        private final SplittableRandom random = new SplittableRandom(seed);
        private final RandomContent content = new RandomContent(random);
        private final RandomNames names = new RandomNames(random, portable);
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final Map<String, Integer> blobs = new HashMap<>();
        private final LinkedHashMap<String, Head> heads = new LinkedHashMap<>();
        private int marks;
        private long clock = BEGIN;

        byte[] stream() {
            line("feature done");
            commit("main", List.of(), firstTree());
            for (int i = 1; i < commits; i++) {
                next();
            }
            tags();
            line("done");
            return out.toByteArray();
        }

        private TreeMap<String, Entry> firstTree() {
            TreeMap<String, Entry> tree = new TreeMap<>();
            for (int files = 2 + random.nextInt(8); files > 0; files--) {
                add(tree);
            }
            if (random.nextInt(4) == 0) {
                tree.put(".gitignore", new Entry("100644", bytes("*.log\nbuild/\n!keep.log\n/top\n")));
            }
            return tree;
        }

        private void next() {
            List<String> known = List.copyOf(heads.keySet());
            String branch = pick(known);
            int kind = random.nextInt(100);
            if (kind < 12 && known.size() < BRANCHES.size()) {
                String fresh = BRANCHES.get(known.size());
                Head from = heads.get(branch);
                TreeMap<String, Entry> tree = kind == 0 ? new TreeMap<>() : new TreeMap<>(from.tree());
                edit(tree);
                add(tree);
                commit(fresh, kind == 0 ? List.of() : List.of(from), tree);
                return;
            }
            List<Head> parents = new ArrayList<>(List.of(heads.get(branch)));
            TreeMap<String, Entry> tree = new TreeMap<>(parents.getFirst().tree());
            if (kind < 28 && known.size() > 1) {
                List<String> others = new ArrayList<>(known);
                others.remove(branch);
                for (int more = kind == 27 ? 2 : 1; more > 0 && !others.isEmpty(); more--) {
                    Head other = heads.get(others.remove(random.nextInt(others.size())));
                    if (parents.stream().noneMatch(parent -> parent.mark() == other.mark())) {
                        parents.add(other);
                        merge(tree, other.tree());
                    }
                }
            }
            if (parents.size() == 1 || random.nextInt(3) == 0) {
                for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                    edit(tree);
                }
            }
            if (tree.isEmpty()) {
                add(tree);
            }
            commit(branch, parents, tree);
        }

        /** Either side's version of each path, now and then something of both. */
        private void merge(TreeMap<String, Entry> ours, TreeMap<String, Entry> theirs) {
            theirs.forEach((path, their) -> {
                Entry our = ours.get(path);
                if (our == null) {
                    if (random.nextInt(3) > 0) {
                        put(ours, path, their);
                    }
                } else if (!our.same(their)) {
                    int side = random.nextInt(5);
                    if (side == 0 && our.isFile() && their.isFile()) {
                        ours.put(path, new Entry(our.mode(), content.mixed(our.data(), their.data())));
                    } else if (side < 3) {
                        ours.put(path, their);
                    }
                }
            });
        }

        private void edit(TreeMap<String, Entry> tree) {
            List<String> paths = List.copyOf(tree.keySet());
            if (paths.isEmpty()) {
                add(tree);
                return;
            }
            String path = pick(paths);
            Entry entry = tree.get(path);
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> add(tree);
                case 3 -> tree.remove(path);
                case 4, 5 -> {
                    tree.remove(path);
                    put(tree, names.path(), entry);
                }
                case 6, 7 -> {
                    tree.remove(path);
                    put(tree, names.path(), slightlyEdited(entry));
                }
                case 8 -> put(tree, names.path(), entry);
                case 9 -> moveFolder(tree, path);
                case 10 -> {
                    if (entry.isFile()) {
                        tree.put(path, new Entry(entry.mode().equals("100644") ? "100755" : "100644", entry.data()));
                    }
                }
                case 11 -> tree.put(path, new Entry("120000", bytes(names.path())));
                case 12 -> tree.put(path, new Entry("160000", bytes(id())));
                default -> tree.put(path, edited(entry));
            }
        }

        private void moveFolder(TreeMap<String, Entry> tree, String path) {
            int slash = path.indexOf('/');
            if (slash > 0) {
                String from = path.substring(0, slash + 1);
                String to = names.name() + "/";
                for (String old : List.copyOf(tree.keySet())) {
                    if (old.startsWith(from)) {
                        put(tree, to + old.substring(from.length()), tree.remove(old));
                    }
                }
            }
        }

        private Entry edited(Entry entry) {
            return switch (entry.mode()) {
                case "120000" -> new Entry("120000", bytes(names.path()));
                case "160000" -> new Entry("160000", bytes(id()));
                default -> new Entry(entry.mode(), content.edited(entry.data(), 1 + random.nextInt(4)));
            };
        }

        private Entry slightlyEdited(Entry entry) {
            return entry.isFile() ? new Entry(entry.mode(), content.edited(entry.data(), 1)) : entry;
        }

        private void add(TreeMap<String, Entry> tree) {
            String mode = switch (random.nextInt(16)) {
                case 0 -> "120000";
                case 1 -> "160000";
                case 2, 3 -> "100755";
                default -> "100644";
            };
            byte[] data = switch (mode) {
                case "120000" -> bytes(names.path());
                case "160000" -> bytes(id());
                default -> content.fresh();
            };
            put(tree, names.path(), new Entry(mode, data));
        }

        /** What has the same name but for case, lies below the new file, or is a file above it, makes way. */
        private void put(TreeMap<String, Entry> tree, String path, Entry entry) {
            String folded = names.folded(path);
            tree.keySet().removeIf(other -> {
                String known = names.folded(other);
                return known.equals(folded) || known.startsWith(folded + "/") || folded.startsWith(known + "/");
            });
            tree.put(path, entry);
        }

        private void commit(String branch, List<Head> parents, TreeMap<String, Entry> tree) {
            TreeMap<String, Entry> before =
                    parents.isEmpty() ? new TreeMap<>() : parents.getFirst().tree();
            TreeSet<String> changed = new TreeSet<>(tree.keySet());
            changed.removeIf(
                    path -> before.containsKey(path) && before.get(path).same(tree.get(path)));
            Map<String, String> versions = new LinkedHashMap<>();
            for (String path : changed) {
                versions.put(path, version(tree.get(path)));
            }
            int mark = ++marks;
            line("commit refs/heads/" + branch);
            line("mark :" + mark);
            String author = pick(PEOPLE);
            clock += random.nextInt(10) == 0 ? -random.nextInt(200_000) : random.nextInt(20_000);
            line("author %s %d %s".formatted(author, clock - random.nextInt(3) * 1000L, zone()));
            line("committer %s %d %s".formatted(random.nextInt(3) == 0 ? pick(PEOPLE) : author, clock, zone()));
            data(bytes(content.message()));
            for (int i = 0; i < parents.size(); i++) {
                line((i == 0 ? "from :" : "merge :") + parents.get(i).mark());
            }
            for (String path : before.keySet()) {
                if (!tree.containsKey(path)) {
                    line("D " + quoted(path));
                }
            }
            versions.forEach((path, version) -> line("M %s %s".formatted(version, quoted(path))));
            line("");
            heads.put(branch, new Head(mark, tree));
        }

        /** Mode and name of the content, which is in the stream then. */
        private String version(Entry entry) {
            if (entry.mode().equals("160000")) {
                return "160000 " + new String(entry.data(), StandardCharsets.US_ASCII);
            }
            String key = new String(entry.data(), StandardCharsets.ISO_8859_1);
            Integer known = blobs.get(key);
            if (known == null) {
                known = ++marks;
                blobs.put(key, known);
                line("blob");
                line("mark :" + known);
                data(entry.data());
            }
            return entry.mode() + " :" + known;
        }

        private void tags() {
            List<Head> ends = List.copyOf(heads.values());
            for (int i = random.nextInt(4); i > 0; i--) {
                int mark = pick(ends).mark();
                if (random.nextBoolean()) {
                    line("tag v1." + i);
                    line("from :" + mark);
                    line("tagger %s %d +0000".formatted(pick(PEOPLE), clock));
                    data(bytes(content.message()));
                } else {
                    line("reset refs/tags/light-" + i);
                    line("from :" + mark);
                    line("");
                }
            }
        }

        private <T> T pick(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }

        private String zone() {
            return pick(List.of("+0000", "+0200", "-0730", "+1245"));
        }

        private String id() {
            return String.format("%016x%016x%08x", random.nextLong(), random.nextLong(), random.nextInt());
        }

        private void data(byte[] bytes) {
            line("data " + bytes.length);
            out.writeBytes(bytes);
            line("");
        }

        private void line(String text) {
            out.writeBytes(bytes(text + "\n"));
        }
    }

    private static String quoted(String path) {
        return '"' + path.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
