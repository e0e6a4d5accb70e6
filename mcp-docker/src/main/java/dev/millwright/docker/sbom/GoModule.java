package dev.millwright.docker.sbom;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code go.mod} with its replacements, and {@code go.sum}, which counts only where no {@code go.mod} lies beside it. */
final class GoModule {
    private GoModule() {}

    static void mod(SeenFile file, Found found) throws IOException {
        Map<String, String> required = new LinkedHashMap<>();
        Map<String, String[]> replaced = new HashMap<>();
        String block = "";
        boolean module = false;
        for (String raw : (Iterable<String>) file.text(8 << 20).lines()::iterator) {
            String line = raw.replaceFirst("//.*", "").strip();
            if (line.equals(")")) {
                block = "";
            } else if (line.endsWith("(")) {
                block = line.substring(0, line.length() - 1).strip();
            } else if (!line.isEmpty()) {
                String[] words = (block.isEmpty() ? line : block + " " + line).split("\\s+");
                module |= words[0].equals("module");
                if (words[0].equals("require") && words.length >= 3) {
                    required.put(unquoted(words[1]), unquoted(words[2]));
                } else if (words[0].equals("replace")) {
                    replace(words, replaced);
                }
            }
        }
        if (!module) {
            throw new IOException("it names no module");
        }
        required.forEach((path, version) -> {
            String[] other = replaced.getOrDefault(path + "@" + version, replaced.get(path));
            if (other == null) {
                add(path, version, found);
            } else if (other.length == 2) {
                add(other[0], other[1], found);
            }
        });
    }

    /** {@code replace old [version] => new [version]}; without a version, the new one is a folder. */
    private static void replace(String[] words, Map<String, String[]> replaced) {
        int arrow = List.of(words).indexOf("=>");
        if (arrow == 2 || arrow == 3) {
            String old = unquoted(words[1]) + (arrow == 3 ? "@" + unquoted(words[2]) : "");
            String[] other = new String[words.length - arrow - 1];
            for (int i = 0; i < other.length; i++) {
                other[i] = unquoted(words[arrow + 1 + i]);
            }
            replaced.put(old, other);
        }
    }

    static void sum(SeenFile file, Found found) throws IOException {
        for (String line : (Iterable<String>) file.text(PackageReader.TEXT).lines()::iterator) {
            String[] words = line.split(" ");
            if (words.length == 3 && !words[1].endsWith("/go.mod")) {
                add(words[0], words[1], found);
            } else if (words.length != 3 && !line.isBlank()) {
                found.problem("a line in it is not of three words");
            }
        }
    }

    private static void add(String path, String version, Found found) {
        found.add(GoBuildInfo.module(path, version));
    }

    private static String unquoted(String word) {
        return word.replace("\"", "").replace("`", "");
    }
}
