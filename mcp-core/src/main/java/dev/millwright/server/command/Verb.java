package dev.millwright.server.command;

import dev.millwright.server.McpServer.Flag;
import java.util.List;

/**
 * One thing a program does: its name, what may follow, and the doing. Either it acts or it has verbs below it.
 *
 * @param summary one sentence
 * @param words what stands by position
 * @param flags options beside {@code --help} and {@code --debug}, which every verb has
 */
public record Verb(String name, String summary, List<Word> words, List<Flag> flags, List<Verb> verbs, Action action) {
    static final Flag DEBUG = new Flag("--debug", "", "", false, "Show stack traces of failures.");

    /** @param count as in {@code 1}, {@code 0..1}, {@code 1..*} */
    public record Word(String label, String count, String description) {}

    /** The doing. */
    @FunctionalInterface
    public interface Action {
        /** @return the exit code, one of {@link ExitCode} */
        int run(Line line, Terminal terminal) throws Exception;
    }

    public Verb {
        words = List.copyOf(words);
        flags = List.copyOf(flags);
        verbs = List.copyOf(verbs);
    }

    public static Verb of(String name, String summary, List<Word> words, List<Flag> flags, Action action) {
        return new Verb(name, summary, words, flags, List.of(), action);
    }

    /** A verb that is only a name for others. */
    public static Verb group(String name, String summary, List<Verb> verbs) {
        return new Verb(name, summary, List.of(), List.of(), verbs, (line, terminal) -> ExitCode.USAGE);
    }

    /** Does the work; every failure is one message on stderr. @return the exit code */
    public int perform(Line line, Terminal terminal) {
        try {
            return action.run(line, terminal);
        } catch (Exception | StackOverflowError | OutOfMemoryError | LinkageError e) {
            if (line.has(DEBUG.option())) {
                e.printStackTrace(terminal.err());
            }
            return Failure.of(e).report(terminal);
        } finally {
            terminal.out().flush();
        }
    }
}
