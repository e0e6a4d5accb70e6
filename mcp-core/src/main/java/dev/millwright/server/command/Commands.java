package dev.millwright.server.command;

import dev.millwright.json.Schema;
import dev.millwright.server.McpServer.Flag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads command lines with picocli and runs the verb they name. */
public final class Commands {
    private final Verb root;

    /** @param root the program itself, its name and the verbs below it */
    public Commands(Verb root) {
        this.root = root;
    }

    /** Runs one command line; every failure is one message on stderr. @return the exit code */
    public int run(List<String> arguments, Terminal terminal) {
        CommandLine line = new CommandLine(spec(root)).setExpandAtFiles(false).setTrimQuotes(false);
        try {
            return run(line.parseArgs(arguments.toArray(String[]::new)), List.of(root), terminal);
        } catch (ParameterException e) {
            String at = e.getCommandLine().getCommandSpec().qualifiedName();
            return new Failure(ExitCode.USAGE, message(e) + "\nSee " + at + " --help").report(terminal);
        }
    }

    private static int run(ParseResult result, List<Verb> path, Terminal terminal) {
        Verb verb = path.getLast();
        if (result.isUsageHelpRequested()) {
            result.commandSpec().commandLine().usage(terminal.out());
            terminal.out().flush();
            return ExitCode.OK;
        } else if (result.hasSubcommand()) {
            ParseResult below = result.subcommand();
            String name = below.commandSpec().name();
            List<Verb> longer = new ArrayList<>(path);
            verb.verbs().stream().filter(each -> each.name().equals(name)).forEach(longer::add);
            return run(below, longer, terminal);
        } else if (!verb.verbs().isEmpty()) {
            result.commandSpec().commandLine().usage(terminal.err());
            return ExitCode.USAGE;
        }
        return verb.perform(line(result, verb), terminal);
    }

    private static String message(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            CommandSpec spec = e.getCommandLine().getCommandSpec();
            String given = unmatched.getUnmatched().getFirst();
            List<String> known = new ArrayList<>(
                    given.startsWith("-") ? options(spec) : spec.subcommands().keySet());
            String what = given.startsWith("-") ? "option" : spec.subcommands().isEmpty() ? "argument" : "verb";
            return "unknown " + what + " " + given
                    + Schema.nearest(given, known)
                            .map(nearest -> "; did you mean " + nearest + "?")
                            .orElse("");
        }
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static List<String> options(CommandSpec spec) {
        return spec.options().stream().map(OptionSpec::longestName).toList();
    }

    private static CommandSpec spec(Verb verb) {
        CommandSpec spec = CommandSpec.create().name(verb.name());
        spec.usageMessage().description(verb.summary()).width(110).synopsisSubcommandLabel("VERB");
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
        for (Verb below : verb.verbs()) {
            spec.addSubcommand(below.name(), spec(below));
        }
        if (verb.verbs().isEmpty()) {
            // An option that several servers have is one, and sets what each makes of it.
            verb.flags().stream()
                    .filter(flag -> spec.findOption(flag.option()) == null)
                    .forEach(flag -> spec.addOption(option(flag)));
            spec.addOption(option(Verb.DEBUG));
        }
        for (int i = 0; i < verb.words().size(); i++) {
            spec.addPositional(positional(verb.words().get(i), i));
        }
        return spec;
    }

    private static OptionSpec option(Flag flag) {
        OptionSpec.Builder option = OptionSpec.builder(flag.option()).description(flag.description());
        if (flag.value().isEmpty()) {
            return option.type(boolean.class).arity("0").build();
        }
        option.paramLabel(flag.value()).arity("1");
        return flag.list()
                ? option.type(List.class).auxiliaryTypes(String.class).build()
                : option.type(String.class).build();
    }

    private static PositionalParamSpec positional(Verb.Word word, int index) {
        PositionalParamSpec.Builder positional = PositionalParamSpec.builder()
                .paramLabel(word.label())
                .description(word.description())
                .required(word.count().startsWith("1"))
                .arity(word.count());
        return word.count().endsWith("*")
                ? positional
                        .index(index + "..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .build()
                : positional.index(String.valueOf(index)).type(String.class).build();
    }

    private static Line line(ParseResult result, Verb verb) {
        List<String> words = new ArrayList<>();
        result.commandSpec()
                .positionalParameters()
                .forEach(positional -> words.addAll(positional.originalStringValues()));
        Map<String, List<String>> options = new LinkedHashMap<>();
        List<Flag> flags = new ArrayList<>(verb.flags());
        flags.add(Verb.DEBUG);
        for (Flag flag : flags) {
            Optional.ofNullable(result.matchedOption(flag.option()))
                    .ifPresent(option -> options.put(
                            flag.option(), flag.value().isEmpty() ? List.of() : option.originalStringValues()));
        }
        return new Line(words, options);
    }
}
