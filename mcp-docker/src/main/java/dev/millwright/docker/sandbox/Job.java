package dev.millwright.docker.sandbox;

import dev.millwright.tool.ToolException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What to run, once, with nothing of it left afterwards.
 *
 * @param argv program and arguments; no shell looks at them
 * @param stdin what it reads from standard input
 * @param files by their path below the work folder
 * @param artifacts files or folders below the work folder that are wanted back; {@code .} for all of it
 * @param executable whether files of the work folder may be started as programs
 */
public record Job(
        List<String> argv,
        byte[] stdin,
        Map<String, byte[]> files,
        List<String> artifacts,
        boolean executable,
        Bounds bounds) {
    /** Where a program finds its files, starts and has its home. */
    public static final String WORK = "/work";

    private static final int LONGEST_PATH = 200;
    private static final int MOST_FILES = 1_000;

    public Job {
        argv = List.copyOf(argv);
        files = new TreeMap<>(files);
        artifacts = artifacts.stream().map(Job::plain).toList();
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw ToolException.invalidInput("/argv needs a program");
        }
        if (argv.stream().anyMatch(each -> each.indexOf('\0') >= 0)) {
            throw ToolException.invalidInput("/argv must not contain a NUL character");
        }
        if (files.size() > MOST_FILES) {
            throw ToolException.invalidInput("/files must be at most " + MOST_FILES + ", got " + files.size());
        }
        files.keySet().forEach(name -> check("/files", name));
        for (String name : files.keySet()) {
            for (int at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
                if (files.containsKey(name.substring(0, at))) {
                    throw unfit("/files", name);
                }
            }
        }
        artifacts.stream().filter(name -> !name.equals(".")).forEach(name -> check("/artifacts", name));
    }

    /** A program with nothing around it. */
    public static Job of(Bounds bounds, String... argv) {
        return new Job(List.of(argv), new byte[0], Map.of(), List.of(), false, bounds);
    }

    /** Whether a path below the work folder is wanted back. */
    boolean wants(String path) {
        return artifacts.stream()
                .anyMatch(each -> each.equals(".") || path.equals(each) || path.startsWith(each + "/"));
    }

    private static String plain(String path) {
        String below = path.startsWith(WORK + "/") ? path.substring(WORK.length() + 1) : path;
        return below.length() > 1 && below.endsWith("/") ? below.substring(0, below.length() - 1) : below;
    }

    private static void check(String field, String name) {
        if (name.isEmpty() || name.length() > LONGEST_PATH || name.startsWith("/")) {
            throw unfit(field, name);
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty()
                    || part.equals(".")
                    || part.equals("..")
                    || part.chars().anyMatch(Character::isISOControl)) {
                throw unfit(field, name);
            }
        }
    }

    private static ToolException unfit(String field, String name) {
        return ToolException.invalidInput(field + " must be paths below " + WORK + " like data/a.csv, each once, got "
                + (name.length() > LONGEST_PATH ? "a longer text" : "\"" + name + "\""));
    }
}
