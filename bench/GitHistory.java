import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Writes a stream for git fast-import, the same one every time: GitHistory.java COMMITS FILES. The history has files that
 * come, change and move, branches that are merged, clocks that are off, a tag v1, v2, … at every hundredth part, and one
 * long file, src/core/Engine.java, that changes all the time.
 */
public final class GitHistory {
    private static final String[] WORDS = ("value result index buffer stream reader writer node list map entry key count"
                    + " offset length source target state event handler client server request answer query table row page")
            .split(" ");
    private static final String[] PEOPLE = {
        "Ada Lovelace <ada@example.org>",
        "Grace Hopper <grace@example.org>",
        "Alan Turing <alan@example.org>",
        "Barbara Liskov <barbara@example.org>",
        "Émilie du Châtelet <emilie@example.org>",
        "Katherine Johnson <katherine@example.org>"
    };
    private static final String ENGINE = "src/core/Engine.java";
    private static final int ENGINE_LINES = 2_500;
    private static final int FIRST_FILES = 2_000;
    private static final long START = 1_262_304_000;

    private final Random random = new Random(42);
    private final OutputStream out = new BufferedOutputStream(System.out, 1 << 20);
    private final List<String> paths = new ArrayList<>();
    private final List<int[]> contents = new ArrayList<>();
    private final int commits;
    private final int files;
    private int mark;
    private int made;
    private int tags;
    private int line;
    private int added;
    private long now = START;

    private GitHistory(int commits, int files) {
        this.commits = commits;
        this.files = files;
    }

    public static void main(String[] args) throws IOException {
        new GitHistory(Integer.parseInt(args[0]), Integer.parseInt(args[1])).write();
    }

    private void write() throws IOException {
        paths.add(ENGINE);
        contents.add(fresh(ENGINE_LINES));
        Set<Integer> all = new LinkedHashSet<>(Set.of(0));
        while (paths.size() < Math.min(FIRST_FILES, files)) {
            all.add(add());
        }
        int main = commit("refs/heads/main", 0, 0, all, Set.of(), "Begin");
        while (made < commits) {
            int left = commits - made;
            if (left > 8 && random.nextInt(6) == 0) {
                // A branch of one to five commits, merged after as many on main.
                Set<Integer> touched = new LinkedHashSet<>();
                int side = main;
                for (int i = 1 + random.nextInt(5); i > 0; i--) {
                    side = step("refs/heads/topic", side, touched, false);
                }
                for (int i = random.nextInt(3); i > 0; i--) {
                    main = step("refs/heads/main", main, new HashSet<>(), true);
                }
                main = commit("refs/heads/main", main, side, touched, Set.of(), "Merge branch 'topic-" + made + "'");
            } else {
                main = step("refs/heads/main", main, new HashSet<>(), true);
            }
        }
        text("reset refs/heads/topic\nfrom 0000000000000000000000000000000000000000\n\n");
        out.flush();
    }

    /** One commit of a few changes. Only those on main move files, so that a merge need not follow them. */
    private int step(String ref, int parent, Set<Integer> touched, boolean moves) throws IOException {
        Set<Integer> changed = new LinkedHashSet<>();
        long due = FIRST_FILES + (long) (files - FIRST_FILES) * (made + 2) / commits;
        while (paths.size() < Math.min(due, files)) {
            changed.add(add());
        }
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            // Most changes are to files that are new or often changed.
            int which = random.nextInt(3) == 0
                    ? random.nextInt(paths.size())
                    : paths.size() - 1 - random.nextInt(Math.min(paths.size(), 3_000));
            change(which);
            changed.add(which);
        }
        if (random.nextInt(25) == 0) {
            change(0);
            changed.add(0);
        }
        Set<String> gone = new LinkedHashSet<>();
        if (moves && random.nextInt(40) == 0) {
            int which = 1 + random.nextInt(paths.size() - 1);
            gone.add(paths.get(which));
            paths.set(which, path(added++));
            changed.add(which);
        }
        touched.addAll(changed);
        return commit(ref, parent, 0, changed, gone, sentence());
    }

    private int commit(String ref, int parent, int merged, Set<Integer> changed, Set<String> gone, String message)
            throws IOException {
        List<Integer> blobs = new ArrayList<>();
        for (int which : changed) {
            StringBuilder content = new StringBuilder();
            for (int number : contents.get(which)) {
                appendLine(content, number);
            }
            mark++;
            blobs.add(mark);
            text("blob\nmark :" + mark + "\n");
            data(content.toString());
        }
        made++;
        mark++;
        now += random.nextInt(7_000);
        // One clock in a hundred is off by up to two days.
        long when = random.nextInt(100) == 0 ? now - random.nextInt(172_800) : now;
        String person = PEOPLE[random.nextInt(PEOPLE.length)];
        text("commit " + ref + "\nmark :" + mark + "\nauthor " + person + " " + when + " +0000\ncommitter " + person + " "
                + when + " +0000\n");
        data(message + "\n" + (random.nextBoolean() ? "\n" + sentence() + ".\n" + sentence() + ".\n" : ""));
        if (parent > 0) {
            text("from :" + parent + "\n");
        }
        if (merged > 0) {
            text("merge :" + merged + "\n");
        }
        for (String path : gone) {
            text("D " + path + "\n");
        }
        int i = 0;
        for (int which : changed) {
            text("M 100644 :" + blobs.get(i++) + " " + paths.get(which) + "\n");
        }
        text("\n");
        int id = mark;
        if (ref.endsWith("main") && made / Math.max(1, commits / 100) > tags) {
            tags = made / Math.max(1, commits / 100);
            text("tag v" + tags + "\nfrom :" + id + "\ntagger " + person + " " + when + " +0000\n");
            data("Version " + tags + "\n");
        }
        return id;
    }

    private int add() {
        paths.add(path(added++));
        contents.add(fresh(5 + random.nextInt(40)));
        return paths.size() - 1;
    }

    /** About thirty files to a folder, three folders deep. */
    private static String path(int number) {
        int folder = number / 30;
        return "src/" + WORDS[folder % WORDS.length] + "/" + WORDS[folder / 29 % WORDS.length] + folder / 600 + "/p"
                + folder % 600 + "/File" + number + ".java";
    }

    private int[] fresh(int lines) {
        int[] numbers = new int[lines];
        for (int i = 0; i < lines; i++) {
            numbers[i] = line++;
        }
        return numbers;
    }

    private void change(int which) {
        int[] old = contents.get(which);
        int at = random.nextInt(old.length);
        int drop = Math.min(random.nextInt(4), old.length - at - 1);
        int[] more = fresh(1 + random.nextInt(4));
        int[] result = Arrays.copyOf(old, Math.max(1, old.length - drop + more.length));
        System.arraycopy(more, 0, result, at, more.length);
        System.arraycopy(old, at + drop, result, at + more.length, old.length - at - drop);
        contents.set(which, result);
    }

    private void appendLine(StringBuilder to, int number) {
        Random words = new Random(number * 7_919L);
        if (words.nextInt(8) == 0) {
            to.append(words.nextBoolean() ? "}\n" : "\n");
            return;
        }
        to.append("    ".repeat(1 + words.nextInt(3)));
        for (int i = 2 + words.nextInt(5); i > 0; i--) {
            to.append(WORDS[words.nextInt(WORDS.length)]).append(words.nextInt(5) == 0 ? "(" : " ");
        }
        to.append(number % 1_000).append(";\n");
    }

    private String sentence() {
        StringBuilder text = new StringBuilder("Let the ");
        for (int i = 3 + random.nextInt(4); i > 0; i--) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(i > 1 ? " " : "");
        }
        return text.toString();
    }

    private void data(String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        text("data " + bytes.length + "\n");
        out.write(bytes);
        out.write('\n');
    }

    private void text(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }
}
