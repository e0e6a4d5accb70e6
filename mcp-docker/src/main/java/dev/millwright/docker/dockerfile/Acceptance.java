package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Docker refuses before it runs anything, as far as it does not depend on the context, on build arguments or on
 * the base image.
 */
final class Acceptance {
    private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");

    /** The grammar of image references, without the limits on length. */
    private static final Pattern REFERENCE = Pattern.compile(
            "(?:(?:[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:[.][a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*"
                    + "|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?/)?"
                    + "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
                    + "(?::[\\w][\\w.-]{0,127})?"
                    + "(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?");

    private static final Pattern PORT = Pattern.compile("(?:.*:)?([0-9]+)(?:-([0-9]+))?(?:/(tcp|udp|sctp))?");
    private static final Set<Keyword> EXPANDED = Set.of(
            Keyword.ADD,
            Keyword.ARG,
            Keyword.COPY,
            Keyword.ENV,
            Keyword.EXPOSE,
            Keyword.FROM,
            Keyword.LABEL,
            Keyword.STOPSIGNAL,
            Keyword.USER,
            Keyword.VOLUME,
            Keyword.WORKDIR);

    private final char escape;
    private final List<Problem> problems = new ArrayList<>();

    private Acceptance(char escape) {
        this.escape = escape;
    }

    static List<Problem> of(List<Instruction> instructions, char escape, Span whole) {
        Acceptance acceptance = new Acceptance(escape);
        if (instructions.isEmpty()) {
            return List.of(new Problem(whole, 1, "file with no instructions"));
        }
        boolean stage = false;
        for (Instruction each : instructions) {
            if (each.is(Keyword.FROM)) {
                stage = true;
            } else if (!stage && !each.is(Keyword.ARG) && !each.is(Keyword.UNKNOWN)) {
                acceptance.refuse(each, "no build stage in current context");
            }
            acceptance.check(each);
        }
        if (!stage && acceptance.problems.isEmpty()) {
            acceptance.refuse(instructions.getLast(), "dockerfile contains no stages to build");
        }
        acceptance.problems.addAll(Cycles.of(instructions));
        return acceptance.problems;
    }

    private void check(Instruction one) {
        int words = one.words().size();
        switch (one.keyword()) {
            case UNKNOWN -> refuse(one, "unknown instruction: " + one.name().text());
            case MAINTAINER, STOPSIGNAL, USER, WORKDIR -> {
                if (words != 1) {
                    refuse(one, one.keyword() + " requires exactly one argument");
                }
            }
            case ENV, LABEL -> {
                if (one.arguments().length() == 0) {
                    refuse(one, one.keyword() + " requires at least one argument");
                }
                blankNames(one);
            }
            case ARG -> {
                if (words == 0) {
                    refuse(one, "ARG requires at least one argument");
                }
                blankNames(one);
            }
            case EXPOSE -> {
                if (words == 0) {
                    refuse(one, "EXPOSE requires at least one argument");
                }
                one.words().forEach(each -> port(one, each));
            }
            case VOLUME -> {
                if (words == 0) {
                    refuse(one, "VOLUME requires at least one argument");
                } else if (one.words().stream().anyMatch(each -> each.text().isBlank())) {
                    refuse(one, "VOLUME specified can not be an empty string");
                }
            }
            case ADD, COPY -> {
                if (words < 2) {
                    refuse(
                            one,
                            "%s requires at least two arguments, but only %d were provided. Destination could not be determined"
                                    .formatted(one.keyword(), words));
                } else if (one.isHeredoc(one.words().getLast())) {
                    refuse(one, one.keyword() + " cannot accept a heredoc as a destination");
                }
            }
            case FROM -> from(one);
            case SHELL -> {
                if (!one.json()) {
                    refuse(one, "SHELL requires the arguments to be in JSON form");
                } else if (words == 0) {
                    refuse(one, "SHELL requires at least one argument");
                }
            }
            case HEALTHCHECK -> health(one);
            case ONBUILD -> onbuild(one);
            case CMD, ENTRYPOINT, RUN -> {}
        }
        FlagRules.of(one).ifPresent(each -> refuse(one, each));
        expansion(one);
    }

    private void blankNames(Instruction one) {
        if (one.pairs().stream().anyMatch(each -> each.name().text().isEmpty())) {
            refuse(one, one.keyword() + " names can not be blank");
        }
    }

    private void from(Instruction one) {
        List<Word> words = one.words();
        if (words.size() == 3 && words.get(1).text().equalsIgnoreCase("as")) {
            String name = words.get(2).text();
            if (!STAGE_NAME.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
                refuse(
                        one,
                        "invalid name for build stage: \"%s\", name can't start with a number or contain symbols"
                                .formatted(name));
            }
        } else if (words.size() != 1) {
            refuse(one, "FROM requires either one or three arguments");
            return;
        }
        String base = words.getFirst().text();
        if (!base.contains("$") && !REFERENCE.matcher(Expansion.unquoted(base)).matches()) {
            boolean known = base.toLowerCase(Locale.ROOT).equals(base);
            refuse(
                    one,
                    "failed to parse stage name \"%s\": invalid reference format%s"
                            .formatted(base, known ? "" : ": repository name must be lowercase"));
        }
    }

    private void port(Instruction one, Word word) {
        String text = Expansion.unquoted(word.text()).toLowerCase(Locale.ROOT);
        if (text.contains("$")) {
            return;
        }
        var matcher = PORT.matcher(text);
        boolean fits = matcher.matches() && fits(matcher.group(1));
        if (fits && matcher.group(2) != null) {
            fits = fits(matcher.group(2)) && Integer.parseInt(matcher.group(1)) <= Integer.parseInt(matcher.group(2));
        }
        if (!fits) {
            refuse(one, "invalid containerPort: " + word.text());
        }
    }

    private static boolean fits(String port) {
        return port.length() < 10 && Integer.parseInt(port) <= 65_535;
    }

    private void health(Instruction one) {
        List<Word> words = one.words();
        if (words.isEmpty()) {
            refuse(one, "HEALTHCHECK requires at least one argument");
            return;
        }
        String kind = words.getFirst().text().toUpperCase(Locale.ROOT);
        if (kind.equals("NONE")) {
            if (words.size() > 1) {
                refuse(one, "HEALTHCHECK NONE takes no arguments");
            }
        } else if (!kind.equals("CMD")) {
            refuse(one, "Unknown type \"%s\" in HEALTHCHECK (try CMD)".formatted(kind));
        } else if (words.size() == 1) {
            refuse(one, "Missing command after HEALTHCHECK CMD");
        }
    }

    private void onbuild(Instruction one) {
        Optional<Instruction> trigger = one.trigger();
        if (trigger.isEmpty()) {
            refuse(one, "ONBUILD requires at least one argument");
            return;
        }
        switch (trigger.get().keyword()) {
            case ONBUILD -> refuse(one, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            case MAINTAINER, FROM -> refuse(one, trigger.get().keyword() + " isn't allowed as an ONBUILD trigger");
            case ADD,
                    ARG,
                    CMD,
                    COPY,
                    ENTRYPOINT,
                    ENV,
                    EXPOSE,
                    HEALTHCHECK,
                    LABEL,
                    RUN,
                    SHELL,
                    STOPSIGNAL,
                    USER,
                    VOLUME,
                    WORKDIR,
                    UNKNOWN -> {}
        }
    }

    /** Quotes and substitutions that would not end. */
    private void expansion(Instruction one) {
        if (!EXPANDED.contains(one.keyword())) {
            return;
        }
        List<String> texts = new ArrayList<>();
        if (one.pairs().isEmpty()) {
            one.words().stream()
                    .filter(each -> !one.isHeredoc(each))
                    .map(Word::text)
                    .forEach(texts::add);
        }
        for (Pair each : one.pairs()) {
            texts.add(each.name().text());
            each.value().map(Word::text).ifPresent(texts::add);
        }
        for (String each : texts) {
            Optional<String> problem = Expansion.problem(each, escape);
            if (problem.isPresent()) {
                refuse(one, "failed to process \"%s\": %s".formatted(each, problem.get()));
                return;
            }
        }
    }

    private void refuse(Instruction one, String message) {
        problems.add(new Problem(one.span(), one.line(), message));
    }
}
