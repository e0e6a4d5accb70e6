package dev.millwright.docker;

import dev.millwright.json.Doc;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Targeted;
import dev.millwright.tool.Timed;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What every tool of this server takes.
 *
 * @param dockerHost another engine than the configured one, of those that the tenant may name
 * @param timeoutMs how long the call may take; never longer than its tool's deadline
 * @param maxOutputChars how long the answer may be
 */
record Common(
        @Doc(name = "docker_host", value = "") Optional<String> dockerHost,
        @Doc(name = "timeout_ms", value = "") OptionalInt timeoutMs,

        @Doc(name = "max_output_chars", value = "") OptionalInt maxOutputChars) {
    private static final int CHARS_PER_TOKEN = 4;
    private static final int LEAST_CHARS = 400;

    Common {
        if (timeoutMs.isPresent() && timeoutMs.getAsInt() < 1) {
            throw new IllegalArgumentException("/timeout_ms must be at least 1, got " + timeoutMs.getAsInt());
        }
        if (maxOutputChars.isPresent() && maxOutputChars.getAsInt() < LEAST_CHARS) {
            throw new IllegalArgumentException(
                    "/max_output_chars must be at least " + LEAST_CHARS + ", got " + maxOutputChars.getAsInt());
        }
    }

    Optional<Duration> timeout() {
        return timeoutMs.isPresent() ? Optional.of(Duration.ofMillis(timeoutMs.getAsInt())) : Optional.empty();
    }

    /** How many rows of a list are worth telling; all that fit where the caller says how long the answer may be. */
    int most(int usual) {
        return maxOutputChars.isPresent() ? Integer.MAX_VALUE : usual;
    }

    /** An input that has it. */
    interface Taken extends Budgeted, Timed, Targeted {
        Common common();

        @Override
        default OptionalInt maxTokens() {
            OptionalInt chars = common().maxOutputChars();
            return chars.isPresent() ? OptionalInt.of(chars.getAsInt() / CHARS_PER_TOKEN) : chars;
        }

        @Override
        default Optional<Duration> timeout() {
            return common().timeout();
        }

        @Override
        default Optional<String> system() {
            return common().dockerHost();
        }
    }
}
