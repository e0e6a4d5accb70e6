package dev.millwright.git;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Trees of files, and what people do to them: edits, renames of files and folders, new modes, types, line ends. */
final class RandomChanges {
    /** @param mode as in a tree: 100644, 100755, 120000 or 160000 */
    record File(String mode, byte[] content) {
        boolean isRegular() {
            return mode.startsWith("100");
        }
    }

    private static final List<String> FOLDERS =
            List.of("", "", "a/", "b/", "a/c/", "d/", "lib/x/", "lib/y/", "sp ace/", "ünï/", "a/c/e/", "-odd/");
    private static final List<String> NAMES =
            List.of("one.txt", "two", "x.java", "y.java", "Makefile", "ä ö.txt", "z", "\"quoted\"", "a", "c", "🙂.md");

    private final Random random;
    private int fresh;

    RandomChanges(long seed) {
        random = new Random(seed);
    }

    TreeMap<String, File> base() {
        TreeMap<String, File> files = new TreeMap<>();
        int count = 3 + random.nextInt(10);
        for (int i = 0; i < count; i++) {
            put(files, newPath(), newFile());
        }
        return files;
    }

    /** Another version of the tree, by one to seven steps. */
    TreeMap<String, File> changed(Map<String, File> from) {
        TreeMap<String, File> files = new TreeMap<>(from);
        int steps = 1 + random.nextInt(7);
        for (int i = 0; i < steps; i++) {
            step(files);
        }
        return files;
    }

    private void step(TreeMap<String, File> files) {
        if (files.isEmpty()) {
            put(files, newPath(), newFile());
            return;
        }
        String path = pick(new ArrayList<>(files.keySet()));
        File file = files.get(path);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> files.put(path, edited(file));
            case 5, 6 -> {
                files.remove(path);
                put(files, newPath(), random.nextBoolean() ? file : edited(file));
            }
            case 7 -> {
                files.remove(path);
                put(files, sibling(path), random.nextBoolean() ? file : edited(file));
            }
            case 8, 9 -> renameFolder(files, path);
            case 10 -> files.remove(path);
            case 11 -> put(files, newPath(), newFile());
            case 12 -> put(files, sibling(path), random.nextInt(4) == 0 ? file : newFile());
            case 13 ->
                files.put(
                        path,
                        new File(
                                file.mode().equals("100644") ? "100755" : "100644",
                                file.isRegular()
                                        ? file.content()
                                        : text("was no file\n").content()));
            case 14 -> files.put(path, newFile());
            default -> {
                files.remove(path);
                put(files, path + "/" + pick(NAMES), random.nextBoolean() ? file : newFile());
            }
        }
    }

    private void renameFolder(TreeMap<String, File> files, String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return;
        }
        String folder = path.substring(0, slash + 1);
        String to = random.nextInt(3) == 0
                ? pick(FOLDERS)
                : folder.substring(0, folder.length() - 1) + "-" + random.nextInt(3) + "/";
        if (to.startsWith(folder)) {
            return;
        }
        for (String old :
                List.copyOf(files.subMap(folder, folder + Character.MAX_VALUE).keySet())) {
            if (random.nextInt(10) > 0) {
                File file = files.remove(old);
                if (file == null) {
                    continue;
                }
                put(files, to + old.substring(folder.length()), random.nextInt(3) == 0 ? edited(file) : file);
            }
        }
    }

    /** Takes away what would be in the way. */
    private static void put(TreeMap<String, File> files, String path, File file) {
        files.subMap(path + "/", path + "0").clear();
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            files.remove(path.substring(0, slash));
        }
        files.put(path, file);
    }

    private String newPath() {
        return pick(FOLDERS) + pick(NAMES);
    }

    private String sibling(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1) + pick(NAMES);
    }

    private File newFile() {
        return switch (random.nextInt(16)) {
            case 0 ->
                new File("120000", pick(List.of("one.txt", "../up", "a/b")).getBytes(StandardCharsets.UTF_8));
            case 1 -> new File("160000", pick(List.of("1", "2", "3")).repeat(40).getBytes(StandardCharsets.US_ASCII));
            case 2 -> binary();
            case 3 -> text("");
            case 4 -> text(String.join("\r\n", lines(12)) + "\r\n");
            case 5 -> text(String.join("\n", lines(12)));
            case 6 -> text(String.join("\n", lines(200)) + "\n");
            case 7 ->
                new File("100755", text(String.join("\n", lines(25)) + "\n").content());
            default -> text(String.join("\n", lines(25)) + "\n");
        };
    }

    private File binary() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < 5; i++) {
            byte[] bytes = new byte[40];
            new Random(random.nextInt(4)).nextBytes(bytes);
            out.writeBytes(bytes);
            out.write(0);
        }
        return new File("100644", out.toByteArray());
    }

    private List<String> lines(int most) {
        List<String> lines = new ArrayList<>();
        int count = 1 + random.nextInt(most);
        for (int i = 0; i < count; i++) {
            lines.add(line());
        }
        return lines;
    }

    private String line() {
        return switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> "}";
            case 2 -> "line " + random.nextInt(8);
            default -> "text " + fresh++ + " " + random.nextInt(1000);
        };
    }

    private File edited(File file) {
        if (!file.isRegular()) {
            return newFile();
        }
        String content = new String(file.content(), StandardCharsets.ISO_8859_1);
        if (random.nextInt(20) == 0) {
            content = content.contains("\r\n") ? content.replace("\r\n", "\n") : content.replace("\n", "\r\n");
        }
        List<String> lines = new ArrayList<>(List.of(content.split("(?<=\n)")));
        String end = content.contains("\r\n") ? "\r\n" : "\n";
        int edits = 1 + random.nextInt(3);
        for (int i = 0; i < edits; i++) {
            int at = random.nextInt(lines.size() + 1);
            switch (random.nextInt(4)) {
                case 0 -> lines.add(at, line() + end);
                case 1 -> {
                    if (at < lines.size()) {
                        lines.remove(at);
                    }
                }
                case 2 -> {
                    if (at < lines.size()) {
                        lines.set(at, line() + (random.nextInt(8) == 0 ? "" : end));
                    }
                }
                default -> {
                    int count = random.nextInt(6);
                    for (int j = 0; j < count; j++) {
                        lines.add(Math.min(at, lines.size()), line() + end);
                    }
                }
            }
        }
        return new File(file.mode(), String.join("", lines).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static File text(String text) {
        return new File("100644", text.getBytes(StandardCharsets.UTF_8));
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
