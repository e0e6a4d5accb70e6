package dev.millwright.git.work;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lines of one {@code .gitattributes} file, as gitattributes(5) has them. */
final class AttributeFile {
    /** Git passes over longer lines and larger files. */
    private static final int MOST_LINE = 2048;

    private record Setting(String name, String value) {}

    private record Rule(PathPattern pattern, boolean byName, List<Setting> settings) {}

    static final AttributeFile EMPTY = new AttributeFile();

    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, List<Setting>> macros = new HashMap<>();

    private AttributeFile() {}

    static AttributeFile parse(byte[] bytes) {
        AttributeFile file = new AttributeFile();
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (String line : (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\n")) {
            String trimmed = line.strip();
            if (!trimmed.isEmpty() && !trimmed.startsWith("#") && line.length() < MOST_LINE) {
                file.add(trimmed);
            }
        }
        return file;
    }

    private void add(String line) {
        int end = line.startsWith("\"") ? closingQuote(line) : end(line);
        String pattern = line.startsWith("\"") ? unquoted(line.substring(1, end - 1)) : line.substring(0, end);
        List<Setting> settings = new ArrayList<>();
        for (String word : line.substring(end).strip().split("[ \t\r]+")) {
            setting(word).ifPresent(settings::add);
        }
        if (pattern.startsWith("[attr]")) {
            macros.put(pattern.substring(6), settings);
        } else if (!pattern.startsWith("!") && !pattern.endsWith("/")) {
            String plain = pattern.startsWith("/") ? pattern.substring(1) : pattern;
            rules.add(new Rule(new PathPattern(plain), pattern.indexOf('/') < 0, settings));
        }
    }

    private static int end(String line) {
        int end = 0;
        while (end < line.length() && " \t\r".indexOf(line.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static int closingQuote(String line) {
        for (int i = 1; i < line.length(); i++) {
            if (line.charAt(i) == '"') {
                return i + 1;
            }
            i += line.charAt(i) == '\\' ? 1 : 0;
        }
        return end(line);
    }

    private static String unquoted(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && i + 1 < text.length()) {
                i++;
                plain.append(
                        switch (text.charAt(i)) {
                            case 'n' -> '\n';
                            case 't' -> '\t';
                            default -> text.charAt(i);
                        });
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }

    private static Optional<Setting> setting(String word) {
        if (word.isEmpty()) {
            return Optional.empty();
        } else if (word.startsWith("-")) {
            return Optional.of(new Setting(word.substring(1), Attributes.UNSET));
        } else if (word.startsWith("!")) {
            return Optional.of(new Setting(word.substring(1), Attributes.UNSPECIFIED));
        }
        int equal = word.indexOf('=');
        return Optional.of(
                equal < 0
                        ? new Setting(word, Attributes.SET)
                        : new Setting(word.substring(0, equal), word.substring(equal + 1)));
    }

    boolean isEmpty() {
        return rules.isEmpty() && macros.isEmpty();
    }

    /** Takes over what no stronger file has said. @param path from the folder the file is in */
    void fill(String path, Map<String, String> into, List<AttributeFile> macrosFrom) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        for (int i = rules.size() - 1; i >= 0; i--) {
            Rule rule = rules.get(i);
            if (rule.pattern.matches(rule.byName ? name : path)) {
                fill(rule.settings, into, macrosFrom, 0);
            }
        }
    }

    private static void fill(List<Setting> settings, Map<String, String> into, List<AttributeFile> files, int depth) {
        for (int i = settings.size() - 1; i >= 0; i--) {
            Setting setting = settings.get(i);
            if (into.putIfAbsent(setting.name, setting.value) == null
                    && setting.value.equals(Attributes.SET)
                    && depth < 8) {
                fill(macro(setting.name, files), into, files, depth + 1);
            }
        }
    }

    private static List<Setting> macro(String name, List<AttributeFile> files) {
        for (AttributeFile file : files) {
            List<Setting> macro = file.macros.get(name);
            if (macro != null) {
                return macro;
            }
        }
        return name.equals("binary")
                ? List.of(
                        new Setting("diff", Attributes.UNSET),
                        new Setting("merge", Attributes.UNSET),
                        new Setting("text", Attributes.UNSET))
                : List.of();
    }
}
