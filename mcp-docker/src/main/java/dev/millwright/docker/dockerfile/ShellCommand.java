package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One simple command of a script, or the head of a {@code for} or {@code case}.
 *
 * @param assignments before the name, such as {@code A=b}
 * @param words name and arguments; none for assignments or redirections alone
 * @param before what joins it to the one before in its list
 * @param after what joins it to the next one
 * @param depth how many subshells, groups, conditions, loops and functions it is in
 * @param place the innermost of those
 * @param pipeline a number that commands share whose output goes into one another
 */
public record ShellCommand(
        List<ShellWord> assignments,
        List<ShellWord> words,
        List<Redirect> redirects,
        Joint before,
        Joint after,
        int depth,
        Place place,
        int pipeline,
        Span span) {
    /** How commands follow each other. */
    public enum Joint {
        /** Nothing before, or nothing after. */
        NONE,
        AND,
        OR,
        /** A semicolon or a line break. */
        THEN,
        PIPE,
        BACKGROUND
    }

    /** What a command stands in. */
    public enum Place {
        TOP,
        SUBSHELL,
        GROUP,
        /** What decides: between {@code if} and {@code then}, or {@code while} and {@code do}. */
        CONDITION,
        /** What may not run: after {@code then}, {@code else}, or in a {@code case}. */
        BRANCH,
        LOOP,
        FUNCTION,
        /** In {@code $( )} or backquotes. */
        SUBSTITUTION
    }

    private static final Set<String> WRAPPERS = Set.of("sudo", "command", "exec", "time", "nohup", "env");

    /** The program, without its folder; empty where it is not known. */
    public Optional<String> name() {
        if (words.isEmpty() || words.getFirst().substitutes()) {
            return Optional.empty();
        }
        return Optional.of(program(words.getFirst()));
    }

    public boolean is(String... names) {
        String own = name().orElse("");
        for (String each : names) {
            if (each.equals(own)) {
                return true;
            }
        }
        return false;
    }

    public List<ShellWord> arguments() {
        return words.isEmpty() ? List.of() : words.subList(1, words.size());
    }

    /** Arguments that do not begin with a dash, and all after {@code --}. */
    public List<ShellWord> operands() {
        List<ShellWord> operands = new ArrayList<>();
        boolean all = false;
        for (ShellWord each : arguments()) {
            if (!all && each.is("--")) {
                all = true;
            } else if (all || !each.text().startsWith("-")) {
                operands.add(each);
            }
        }
        return operands;
    }

    /** The first word that is no flag: {@code install} of {@code apt-get -y install x}; empty when there is none. */
    public Optional<ShellWord> subcommand() {
        return operands().stream().findFirst();
    }

    public boolean does(String subcommand) {
        return subcommand().filter(each -> each.is(subcommand)).isPresent();
    }

    /**
     * Whether one of the flags is given.
     *
     * @param flags {@code -y}, which may also be one of several in {@code -qy}, or {@code --yes}, which may have a value
     */
    public boolean has(String... flags) {
        for (ShellWord word : arguments()) {
            String text = word.text();
            if (text.equals("--")) {
                return false;
            }
            for (String each : flags) {
                boolean isLong = each.startsWith("--");
                if (text.equals(each)
                        || isLong && text.startsWith(each + "=")
                        || !isLong
                                && each.length() == 2
                                && text.length() > 2
                                && text.charAt(0) == '-'
                                && text.charAt(1) != '-'
                                && letters(text).indexOf(each.charAt(1)) >= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The value of a flag, after {@code =} or in the next word. */
    public Optional<String> value(String... flags) {
        List<ShellWord> arguments = arguments();
        for (int i = 0; i < arguments.size(); i++) {
            String text = arguments.get(i).text();
            for (String each : flags) {
                if (text.equals(each) && i + 1 < arguments.size()) {
                    return Optional.of(arguments.get(i + 1).text());
                } else if (text.startsWith(each + "=")) {
                    return Optional.of(text.substring(each.length() + 1));
                } else if (each.length() == 2 && text.startsWith(each) && text.length() > 2 && !text.startsWith("--")) {
                    return Optional.of(text.substring(2));
                }
            }
        }
        return Optional.empty();
    }

    /** The command that is run by {@code sudo}, {@code env} and the like, or this one. */
    public ShellCommand acting() {
        int at = 0;
        while (at < words.size() && WRAPPERS.contains(program(words.get(at)))) {
            int next = at + 1;
            while (next < words.size() && words.get(next).text().matches("-.*|[A-Za-z_]\\w*=.*")) {
                next++;
            }
            if (next == words.size()) {
                break;
            }
            at = next;
        }
        return at == 0
                ? this
                : new ShellCommand(
                        assignments,
                        words.subList(at, words.size()),
                        redirects,
                        before,
                        after,
                        depth,
                        place,
                        pipeline,
                        span);
    }

    private static String program(ShellWord word) {
        return word.text().substring(word.text().lastIndexOf('/') + 1);
    }

    private static String letters(String flag) {
        int end = 1;
        while (end < flag.length() && Character.isLetter(flag.charAt(end))) {
            end++;
        }
        return flag.substring(1, end);
    }
}
