package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The arguments of an instruction, taken apart.
 *
 * @param problem why Docker would not read them
 */
record Arguments(boolean json, List<Word> words, List<Pair> pairs, Optional<String> problem) {
    private static final String ONLY_STRINGS = "when using JSON array syntax, arrays must be comprised of strings only";

    static Arguments read(Keyword keyword, Logical text, char escape) {
        if (text.length() == 0) {
            return new Arguments(false, List.of(), List.of(), Optional.empty());
        }
        if (keyword.takesJson()) {
            Optional<JsonArray.Read> array = JsonArray.read(text);
            if (array.isPresent()) {
                return array(array.get().words(), array.get());
            }
        }
        return switch (keyword) {
            case ADD, COPY, EXPOSE, FROM, VOLUME -> words(Words.atBlanks(text));
            case ARG -> {
                yield new Arguments(false, Words.quoted(text, escape), Words.pairs(text, escape), Optional.empty());
            }
            case ENV, LABEL -> pairs(keyword, text, escape);
            case HEALTHCHECK -> health(text);
            case CMD, ENTRYPOINT, MAINTAINER, ONBUILD, RUN, SHELL, STOPSIGNAL, USER, WORKDIR, UNKNOWN ->
                words(List.of(text.word(0, text.length())));
        };
    }

    private static Arguments words(List<Word> words) {
        return new Arguments(false, words, List.of(), Optional.empty());
    }

    private static Arguments array(List<Word> words, JsonArray.Read array) {
        return new Arguments(
                true, words, List.of(), array.onlyStrings() ? Optional.empty() : Optional.of(ONLY_STRINGS));
    }

    private static Arguments pairs(Keyword keyword, Logical text, char escape) {
        List<Word> words = Words.quoted(text, escape);
        if (words.isEmpty()) {
            return words(List.of());
        }
        List<Word> whole = List.of(text.word(0, text.length()));
        if (!words.getFirst().text().contains("=")) {
            int end = 0;
            while (end < text.length() && !Blank.separates(text.text().charAt(end))) {
                end++;
            }
            int value = end;
            while (value < text.length() && Blank.separates(text.text().charAt(value))) {
                value++;
            }
            Word name = text.word(0, end);
            return value == end
                    ? new Arguments(
                            false,
                            whole,
                            List.of(new Pair(name, Optional.empty(), true)),
                            Optional.of(keyword + " must have two arguments"))
                    : new Arguments(
                            false,
                            whole,
                            List.of(new Pair(name, Optional.of(text.word(value, text.length())), true)),
                            Optional.empty());
        }
        Optional<String> problem = words.stream()
                .filter(each -> !each.text().contains("="))
                .findFirst()
                .map(each -> "Syntax error - can't find = in \"%s\". Must be of the form: name=value"
                        .formatted(each.text()));
        return new Arguments(false, whole, Words.pairs(text, escape), problem);
    }

    private static Arguments health(Logical text) {
        int end = 0;
        while (end < text.length() && !Blank.is(text.text().charAt(end))) {
            end++;
        }
        Word kind = text.word(0, end);
        int from = Blank.skip(text.text(), end, text.length());
        if (from == text.length()) {
            return words(List.of(kind));
        }
        Logical command = text.part(from, text.length());
        Optional<JsonArray.Read> array = JsonArray.read(command);
        List<Word> words = new ArrayList<>(List.of(kind));
        if (array.isPresent()) {
            words.addAll(array.get().words());
            return array(words, array.get());
        }
        words.add(command.word(0, command.length()));
        return words(words);
    }
}
