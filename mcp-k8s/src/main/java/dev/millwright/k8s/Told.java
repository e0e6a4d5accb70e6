package dev.millwright.k8s;

import java.util.Map;

/** What a person filled into a prompt. */
final class Told {
    private static final int LONGEST = 200;

    private Told() {}

    /** One line of it: nothing that was filled in can look like a step of ours. */
    static String line(Map<String, String> arguments, String name, String orElse) {
        String told = arguments.getOrDefault(name, "").strip();
        String line = told.isEmpty() ? orElse : told.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
