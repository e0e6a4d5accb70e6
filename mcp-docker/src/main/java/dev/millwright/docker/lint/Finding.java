package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.Span;
import java.util.Optional;

/**
 * One thing that is wrong at one place.
 *
 * @param code of the {@link Rule}
 * @param span what is wrong, in the file: a word, a flag, a command, or an instruction
 * @param line where that begins, from 1
 * @param message what is wrong, naming it
 * @param instruction the one it is about, as it is written, {@code ONBUILD} included
 * @param command the one that is wrong, for rules of shell commands
 */
public record Finding(
        String code,
        Severity severity,
        Span span,
        int line,
        String message,
        Instruction instruction,
        Optional<ShellCommand> command) {
    Finding with(Severity other) {
        return new Finding(code, other, span, line, message, instruction, command);
    }
}
