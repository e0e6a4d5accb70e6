package dev.millwright.docker.sandbox;

import java.util.ArrayList;
import java.util.List;

/** Languages whose interpreters take a whole program as an argument. */
public enum Language {
    SH("sh", "-c"),
    BASH("bash", "-c"),
    PYTHON("python3", "-Bc"),
    NODE("node", "-e");

    /** Longest program: Linux takes 128 KiB in one argument. */
    public static final int LONGEST = 120_000;

    private final String program;
    private final String option;

    Language(String program, String option) {
        this.program = program;
        this.option = option;
    }

    /** What runs code; arguments come after it. */
    public List<String> argv(String code, List<String> arguments) {
        List<String> argv = new ArrayList<>(List.of(program, option, code));
        if (this == SH || this == BASH) {
            argv.add(program);
        }
        argv.addAll(arguments);
        return argv;
    }
}
