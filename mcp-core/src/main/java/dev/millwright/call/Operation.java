package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.Call;
import dev.millwright.tool.Effect;
import dev.millwright.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something a caller can have done, a tool call or another request, in the form the chain takes it.
 *
 * @param tool whether it is a tool, which the operator's allow and deny lists name
 * @param effect the declared effect; an input may make it less or more
 * @param confirmable whether some input may be {@link Effect#DESTROYS}
 * @param scopes what a caller must hold, all of them
 * @param more what some inputs do beyond the effect, and need beyond the scopes
 */
public record Operation(
        String server,
        String name,
        boolean tool,
        Effect effect,
        boolean confirmable,
        List<String> scopes,
        Optional<ToolSpec.More> more,
        Optional<Duration> deadline,
        Binder binder) {
    public Operation {
        scopes = List.copyOf(scopes);
    }

    /** Turns arguments into work. */
    public interface Binder {
        /** @throws dev.millwright.json.Mismatch when the arguments do not fit */
        Work bind(JsonNode arguments);
    }

    /** Work whose input has been checked. */
    public interface Work {
        /** What this input does; may differ from the operation's declared effect. */
        Effect effect();

        /** What a person is asked before {@link Effect#DESTROYS}. */
        String confirmation();

        /** Tokens the caller wants the answer to take at most. */
        OptionalInt budget();

        /** How long the caller wants it to take at most. */
        default Optional<Duration> timeout() {
            return Optional.empty();
        }

        /** Which of several systems the caller means. */
        default Optional<String> system() {
            return Optional.empty();
        }

        Reply perform(Call call) throws Exception;
    }

    /** An operation that only reads and takes no checked input: listings, resources, prompts, completion. */
    public static Operation read(String server, String name, List<String> scopes, Reading reading) {
        return new Operation(
                server,
                name,
                false,
                Effect.READS,
                false,
                scopes,
                Optional.empty(),
                Optional.empty(),
                arguments -> new Work() {
                    @Override
                    public Effect effect() {
                        return Effect.READS;
                    }

                    @Override
                    public String confirmation() {
                        return name;
                    }

                    @Override
                    public OptionalInt budget() {
                        return OptionalInt.empty();
                    }

                    @Override
                    public Reply perform(Call call) throws Exception {
                        return reading.perform(call);
                    }
                });
    }

    /** The work of {@link #read}. */
    public interface Reading {
        Reply perform(Call call) throws Exception;
    }
}
