package dev.millwright.docker.failure;

import java.util.List;
import java.util.OptionalInt;

/**
 * The step of a build that failed.
 *
 * @param format of the log: {@code legacy}, {@code buildkit}, {@code rawjson} or {@code plain}
 * @param name the instruction as the builder shows it, without the numbers; empty where the log does not say
 * @param number as in {@code 4/7} or {@code build 2/3}; empty where unknown
 * @param lines what the step printed and the builder said of it, without colours and the repeated instruction
 * @param exitCode of the process; empty where no process failed
 * @param dockerfileLine from 1, where the builder says it
 */
public record Step(
        String format,
        String name,
        String number,
        List<String> lines,
        OptionalInt exitCode,
        OptionalInt dockerfileLine) {
    public Step {
        lines = List.copyOf(lines);
    }
}
