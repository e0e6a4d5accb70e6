package dev.millwright.filesystem.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IgnoreRulesTest {
    @TempDir
    Path root;

    private final Random random = new Random(11);

    /** Ripgrep has its own idea of {@code **} beside other characters of a name. */
    private boolean starsOnlyAlone;

    private final List<String> parts = new ArrayList<>(List.of(
            "a", "b", "foo", "*", "*", "?", "**", "/", "/", ".c", ".o", "[a-c]", "[!a]", "x y", "\\#h", "é", "bar",
            "\\[z]"));

    @Test
    void agreesWithGitOnRandomRulesInNestedFiles() throws Exception {
        run(root, "git", "init", "-q", ".");
        tree();
        parts.add("[[:alpha:]]");
        for (int round = 0; round < 60; round++) {
            rules(".gitignore");
            Files.writeString(root.resolve(".git/info/exclude"), round % 3 == 0 ? randomRules() : "");
            TreeSet<String> untracked = new TreeSet<>(List.of(
                    run(root, "git", "-c", "core.excludesFile=/dev/null", "ls-files", "-z", "-o", "--exclude-standard")
                            .split("\0")));
            untracked.remove("");
            assertThat(wanted()).as("round " + round + "\n" + allRules()).isEqualTo(untracked);
        }
    }

    @Test
    void agreesWithRipgrepOnRandomRulesOfBothKinds() throws Exception {
        Files.createDirectories(root.resolve(".git"));
        starsOnlyAlone = true;
        // In ripgrep's, a negated class takes a slash as well.
        parts.remove("[!a]");
        tree();
        for (int round = 0; round < 30; round++) {
            rules(".gitignore");
            rules(".ignore");
            TreeSet<String> listed = new TreeSet<>();
            for (String path : run(
                            root,
                            "rg",
                            "--files",
                            "--hidden",
                            "--no-ignore-global",
                            "--no-ignore-parent",
                            "-g",
                            "!.git")
                    .split("\n")) {
                listed.add(path);
            }
            listed.remove("");
            assertThat(wanted()).as("round " + round + "\n" + allRules()).isEqualTo(listed);
        }
    }

    private void tree() throws IOException {
        for (String folder : List.of("", "a/", "b/", "a/b/", "a/b/c/", "foo/", "foo/a/", "a/foo/b/")) {
            Files.createDirectories(root.resolve(folder));
            for (String name : List.of("a.c", "b.o", "foo.txt", "x y", "#h", "!n", "bar", "[z]", "a*b", ".dot")) {
                Files.writeString(root.resolve(folder + name), "x");
            }
        }
    }

    private void rules(String file) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path folder : all.filter(Files::isDirectory)
                    .filter(p -> !p.toString().contains("/.git"))
                    .toList()) {
                Files.deleteIfExists(folder.resolve(file));
                if (folder.equals(root) || random.nextInt(3) == 0) {
                    Files.writeString(folder.resolve(file), randomRules());
                }
            }
        }
    }

    private String randomRules() {
        StringBuilder rules = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
            rules.append(random.nextInt(3) == 0 ? "!" : "");
            for (int j = random.nextInt(4); j >= 0; j--) {
                rules.append(parts.get(random.nextInt(parts.size())));
            }
            rules.append(random.nextInt(4) == 0 ? "/" : "").append(random.nextInt(9) == 0 ? "\r\n" : "\n");
        }
        String text = rules.toString().replaceAll("/{2,}", "/");
        return starsOnlyAlone ? text.replaceAll("\\*{2,}", "*") : text;
    }

    private String allRules() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(p -> p.endsWith(".gitignore") || p.endsWith(".ignore") || p.endsWith("exclude"))
                    .toList()) {
                text.append("--- ").append(root.relativize(file)).append('\n').append(Files.readString(file));
            }
        }
        return text.toString();
    }

    private TreeSet<String> wanted() throws IOException {
        TreeSet<String> wanted = new TreeSet<>();
        collect("", IgnoreRules.NONE, wanted);
        return wanted;
    }

    private void collect(String folder, IgnoreRules outer, TreeSet<String> wanted) throws IOException {
        Path here = root.resolve(folder);
        IgnoreRules rules = outer.within(
                folder,
                ignoreFile(here.resolve(".ignore")),
                ignoreFile(here.resolve(".gitignore")),
                ignoreFile(here.resolve(".git/info/exclude")),
                Files.exists(here.resolve(".git")));
        List<Path> entries;
        try (Stream<Path> list = Files.list(here)) {
            entries = new ArrayList<>(list.toList());
        }
        for (Path entry : entries) {
            String name = entry.getFileName().toString();
            String path = folder.isEmpty() ? name : folder + "/" + name;
            boolean isFolder = Files.isDirectory(entry);
            if (name.equals(".git") || rules.ignored(path, name, isFolder)) {
                continue;
            } else if (isFolder) {
                collect(path, rules, wanted);
            } else {
                wanted.add(path);
            }
        }
    }

    private static Optional<IgnoreFile> ignoreFile(Path path) throws IOException {
        return Files.exists(path) ? Optional.of(IgnoreFile.parse(Files.readAllBytes(path))) : Optional.empty();
    }

    private static String run(Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command)).isIn(0, 1);
        return output;
    }
}
