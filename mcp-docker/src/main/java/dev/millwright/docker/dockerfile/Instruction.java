package dev.millwright.docker.dockerfile;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One instruction with all that belongs to it.
 *
 * @param name its first word, as written
 * @param arguments what follows the name and the flags, stripped
 * @param json whether the arguments are a JSON array, which runs without a shell
 * @param words the arguments apart: those of the array; or split at blanks for {@code ADD}, {@code ARG}, {@code COPY},
 *     {@code EXPOSE}, {@code FROM} and {@code VOLUME}; for {@code HEALTHCHECK} its kind comes first; else all as one
 * @param pairs of {@code ENV}, {@code LABEL} and {@code ARG}
 * @param trigger what an {@code ONBUILD} holds back
 * @param comments those above it, up to the instruction before, and those between its lines
 * @param blanks empty lines within it, which Docker means to refuse one day
 * @param span from its first character to the last of its last line, heredocs too, without the line break
 * @param line of its first character, from 1
 * @param lastLine of its last one
 */
public record Instruction(
        Keyword keyword,
        Word name,
        List<Flag> flags,
        Logical arguments,
        boolean json,
        List<Word> words,
        List<Pair> pairs,
        List<Heredoc> heredocs,
        Optional<Instruction> trigger,
        List<Comment> comments,
        List<Span> blanks,
        Span span,
        int line,
        int lastLine) {
    private static final Pattern SHELL_LINE = Pattern.compile("#!\\s*(/usr)?/bin/(env\\s+)?(ba|da|a|k|z)?sh\\b.*");

    public Instruction {
        flags = List.copyOf(flags);
        words = List.copyOf(words);
        pairs = List.copyOf(pairs);
        heredocs = List.copyOf(heredocs);
        comments = List.copyOf(comments);
        blanks = List.copyOf(blanks);
    }

    public boolean is(Keyword one) {
        return keyword == one;
    }

    public Optional<Flag> flag(String name) {
        for (Flag each : flags) {
            if (each.name().equals(name)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** What {@code --name=value} says, if it says anything. */
    public Optional<String> flagValue(String name) {
        return flag(name).flatMap(Flag::value);
    }

    /** The flags of this name, which may be given more than once. */
    public List<Flag> flags(String name) {
        return flags.stream().filter(each -> each.name().equals(name)).toList();
    }

    /** The instruction that acts: itself, or what {@code ONBUILD} holds back. */
    public Instruction acting() {
        return trigger.map(Instruction::acting).orElse(this);
    }

    /** Sources of {@code ADD} and {@code COPY}: all words but the last, heredocs among them. */
    public List<Word> sources() {
        return words.isEmpty() ? List.of() : words.subList(0, words.size() - 1);
    }

    /** Whether this word of {@code ADD} or {@code COPY} stands for a document inside the file. */
    public boolean isHeredoc(Word word) {
        return heredocs.stream().anyMatch(each -> each.marker().contains(word.span()));
    }

    /**
     * What the shell gets to read, for {@code RUN}, {@code CMD}, {@code ENTRYPOINT} and {@code HEALTHCHECK CMD} in
     * shell form; empty for a JSON array, and for a heredoc that names another interpreter.
     */
    public Optional<Logical> script() {
        return switch (keyword) {
            case RUN -> json || arguments.length() == 0 ? Optional.empty() : runScript();
            case CMD, ENTRYPOINT -> json || arguments.length() == 0 ? Optional.empty() : Optional.of(arguments);
            case HEALTHCHECK -> {
                boolean none =
                        json || words.size() < 2 || !words.getFirst().text().equalsIgnoreCase("CMD");
                yield none ? Optional.empty() : Optional.of(arguments.part(afterKind(), arguments.length()));
            }
            case ADD,
                    ARG,
                    COPY,
                    ENV,
                    EXPOSE,
                    FROM,
                    LABEL,
                    MAINTAINER,
                    ONBUILD,
                    SHELL,
                    STOPSIGNAL,
                    USER,
                    VOLUME,
                    WORKDIR,
                    UNKNOWN -> Optional.empty();
        };
    }

    private Optional<Logical> runScript() {
        if (heredocs.isEmpty()) {
            return Optional.of(arguments);
        }
        Heredoc first = heredocs.getFirst();
        if (heredocs.size() == 1 && first.marker().equals(arguments.span())) {
            String text = first.content().text();
            boolean ours = !text.startsWith("#!")
                    || SHELL_LINE.matcher(text.lines().findFirst().orElse("")).matches();
            return ours ? Optional.of(first.content()) : Optional.empty();
        }
        Logical.Builder whole = new Logical.Builder().add(arguments);
        int end = arguments.span().end();
        for (Heredoc each : heredocs) {
            whole.lineBreak(end);
            whole.add(each.content()).literal(each.name(), each.end().start());
            end = each.end().end();
        }
        return Optional.of(whole.build());
    }

    private int afterKind() {
        String text = arguments.text();
        int at = words.getFirst().text().length();
        while (at < text.length() && Blank.is(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
