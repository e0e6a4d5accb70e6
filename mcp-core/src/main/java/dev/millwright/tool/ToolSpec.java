package dev.millwright.tool;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is published of a tool, and what the chain needs to know of it. Starts with the effect, so that it cannot be
 * forgotten: {@code changes("scale_deployment", Input.class, Output.class).description("…").scopes("k8s:write")}.
 *
 * @param scopes what a caller must hold, all of them
 * @param repeatable whether the same call twice leaves the world as one call does; always so for reads
 * @param outward whether it talks to something outside of what the operator runs
 * @param more what some inputs do beyond the effect
 * @param confirmable whether {@link Tool#effectOf} may say {@link Effect#DESTROYS}
 * @param deadline how long a call may take, where it differs from the configured default
 */
public record ToolSpec<I extends Record, O extends Record>(
        String name,
        Effect effect,
        Class<I> input,
        Class<O> output,
        String description,
        List<String> scopes,
        Optional<More> more,
        boolean repeatable,
        boolean outward,
        boolean confirmable,
        Optional<Duration> deadline) {
    /** An effect beyond the usual one, and the scopes that it needs beside the usual ones. */
    public record More(Effect effect, List<String> scopes) {
        public More {
            scopes = List.copyOf(scopes);
        }
    }

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    public ToolSpec {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a tool is named verb_noun in snake_case, not " + name);
        }
        scopes = List.copyOf(scopes);
    }

    public static <I extends Record, O extends Record> ToolSpec<I, O> reads(
            String name, Class<I> input, Class<O> output) {
        return start(name, Effect.READS, input, output);
    }

    public static <I extends Record, O extends Record> ToolSpec<I, O> adds(
            String name, Class<I> input, Class<O> output) {
        return start(name, Effect.ADDS, input, output);
    }

    public static <I extends Record, O extends Record> ToolSpec<I, O> changes(
            String name, Class<I> input, Class<O> output) {
        return start(name, Effect.CHANGES, input, output);
    }

    public static <I extends Record, O extends Record> ToolSpec<I, O> destroys(
            String name, Class<I> input, Class<O> output) {
        return start(name, Effect.DESTROYS, input, output);
    }

    private static <I extends Record, O extends Record> ToolSpec<I, O> start(
            String name, Effect effect, Class<I> input, Class<O> output) {
        return new ToolSpec<>(
                name,
                effect,
                input,
                output,
                "",
                List.of(),
                Optional.empty(),
                effect == Effect.READS,
                false,
                effect == Effect.DESTROYS,
                Optional.empty());
    }

    /** The name in words, for people. */
    public String title() {
        String words = name.replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** What it is for, when to use it and when not, and what comes back: a model's only guide. */
    public ToolSpec<I, O> description(String description) {
        return new ToolSpec<>(
                name, effect, input, output, description, scopes, more, repeatable, outward, confirmable, deadline);
    }

    public ToolSpec<I, O> scopes(String... scopes) {
        return new ToolSpec<>(
                name,
                effect,
                input,
                output,
                description,
                List.of(scopes),
                more,
                repeatable,
                outward,
                confirmable,
                deadline);
    }

    /**
     * For a tool that reads, and whose {@link Tool#effectOf} makes some inputs do more: those alone need these scopes as
     * well, and are refused where the server is read-only.
     */
    public ToolSpec<I, O> upTo(Effect effect, String... scopes) {
        return new ToolSpec<>(
                name,
                this.effect,
                input,
                output,
                description,
                this.scopes,
                Optional.of(new More(effect, List.of(scopes))),
                false,
                outward,
                confirmable,
                deadline);
    }

    /** The most that some input does, but for what a person confirms. */
    public Effect most() {
        return more.map(More::effect).orElse(effect);
    }

    /** Sets {@code idempotentHint}. */
    public ToolSpec<I, O> idempotent() {
        return new ToolSpec<>(
                name, effect, input, output, description, scopes, more, true, outward, confirmable, deadline);
    }

    /** Sets {@code openWorldHint}. */
    public ToolSpec<I, O> openWorld() {
        return new ToolSpec<>(
                name, effect, input, output, description, scopes, more, repeatable, true, confirmable, deadline);
    }

    /** For a tool whose {@link Tool#effectOf} makes some input {@link Effect#DESTROYS}. */
    public ToolSpec<I, O> mayDestroy() {
        return new ToolSpec<>(
                name, effect, input, output, description, scopes, more, repeatable, outward, true, deadline);
    }

    public ToolSpec<I, O> deadline(Duration deadline) {
        return new ToolSpec<>(
                name,
                effect,
                input,
                output,
                description,
                scopes,
                more,
                repeatable,
                outward,
                confirmable,
                Optional.of(deadline));
    }
}
