package dev.millwright.docker.repair;

import dev.millwright.json.Doc;
import java.util.List;
import java.util.Optional;

/**
 * A Dockerfile with fixes made.
 *
 * @param text as it is now
 * @param made in the order of the file
 * @param left what could be fixed, and was not
 */
public record Repaired(String text, List<Made> made, List<Left> left) {
    /**
     * A fix.
     *
     * @param code of the finding, or class of the failure that it mends
     * @param line of the finding in the file as it was
     * @param condition under which it is right, if there is one
     * @param fingerprint of the failure
     * @param fixId names the fix of a failure in feedback
     */
    public record Made(
            String code,
            int line,
            String what,
            Optional<String> condition,
            Optional<String> fingerprint,
            @Doc(name = "fix_id", value = "") Optional<String> fixId) {}

    /**
     * A fix that was not made.
     *
     * @param line of the finding in the file as it was
     */
    public record Left(String code, int line, String what, String why) {}

    public Repaired {
        made = List.copyOf(made);
        left = List.copyOf(left);
    }
}
