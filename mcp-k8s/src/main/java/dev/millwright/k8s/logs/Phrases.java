package dev.millwright.k8s.logs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds any of many phrases in one pass: a table of pairs of characters says where one may begin. */
final class Phrases {
    private final String[][] byPair = new String[1 << 14][];

    /** @param phrases of ASCII in lower case, of at least two characters */
    Phrases(List<String> phrases) {
        Map<Integer, List<String>> grouped = new TreeMap<>();
        phrases.forEach(each -> grouped.computeIfAbsent(pair(each.charAt(0), each.charAt(1)), key -> new ArrayList<>())
                .add(each));
        grouped.forEach((pair, list) -> byPair[pair] = list.toArray(String[]::new));
    }

    private static int pair(char first, char second) {
        return (first & 0x7f) << 7 | second & 0x7f;
    }

    boolean in(String lower) {
        for (int i = 0; i < lower.length() - 1; i++) {
            String[] candidates = byPair[pair(lower.charAt(i), lower.charAt(i + 1))];
            if (candidates != null) {
                for (String each : candidates) {
                    if (lower.startsWith(each, i)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
