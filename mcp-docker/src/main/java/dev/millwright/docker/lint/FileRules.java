package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Flag;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Pair;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellCommand.Place;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Word;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Rules of instructions and of how they follow each other. */
final class FileRules {
    private static final Map<Keyword, String> ONLY_LAST =
            Map.of(Keyword.CMD, "DL4003", Keyword.ENTRYPOINT, "DL4004", Keyword.HEALTHCHECK, "DL3012");
    private static final Set<Keyword> NOT_HELD_BACK = Set.of(Keyword.ONBUILD, Keyword.FROM, Keyword.MAINTAINER);

    /** A longer ENV is not looked through pair by pair. */
    private static final int MAX_PAIRS = 100;

    private FileRules() {}

    static void check(Work work) {
        List<Instruction> all = work.file().instructions();
        if (!all.isEmpty()
                && !all.getFirst().is(Keyword.FROM)
                && !all.getFirst().is(Keyword.ARG)) {
            work.add(
                    "DL3061",
                    all.getFirst(),
                    all.getFirst().name().span(),
                    "the file begins with " + all.getFirst().name().text());
        }
        for (Instruction one : all) {
            one.comments().stream()
                    .filter(Pragmas::isIgnore)
                    .forEach(each -> work.add("DL1001", one, each.span(), "a rule is silenced"));
        }
        for (Instruction each : all) {
            if (each.is(Keyword.MAINTAINER)) {
                work.add("DL4000", each, "MAINTAINER is deprecated");
                work.add("MaintainerDeprecated", each, "MAINTAINER is deprecated");
            }
            if (each.is(Keyword.ONBUILD)
                    && each.trigger()
                            .filter(one -> NOT_HELD_BACK.contains(one.keyword()))
                            .isPresent()) {
                Word name = each.trigger().get().name();
                work.add("DL3043", each, name.span(), "ONBUILD cannot hold back " + name.text());
            }
        }
        work.stages().all().forEach(stage -> stage(work, stage));
        images(work);
        work.steps().forEach(step -> step(work, step));
    }

    private static void stage(Work work, Stage stage) {
        Map<Keyword, Instruction> last = new EnumMap<>(Keyword.class);
        Instruction before = null;
        Step beforeStep = null;
        for (Step step : work.steps(stage)) {
            Instruction one = step.written();
            String code = ONLY_LAST.get(one.keyword());
            if (code != null) {
                Instruction dead = last.put(one.keyword(), one);
                if (dead != null) {
                    String message = "%s of line %d takes the place of this one".formatted(one.keyword(), one.line());
                    work.add(code, dead, message);
                    work.add("MultipleInstructionsDisallowed", dead, message);
                }
            }
            if (before != null && beforeStep != null && couldBeOne(beforeStep, step)) {
                work.add("DL3059", one, "could be one RUN with that of line " + before.line());
            }
            before = one.is(Keyword.RUN) ? one : null;
            beforeStep = step;
        }
    }

    /** Two single commands; who has chained some already means to have layers where the next RUN begins. */
    private static boolean couldBeOne(Step one, Step other) {
        return other.written().is(Keyword.RUN)
                && flags(one).equals(flags(other))
                && one.written().json() == other.written().json()
                && one.written().heredocs().isEmpty()
                && other.written().heredocs().isEmpty()
                && !isChain(one)
                && !isChain(other);
    }

    private static boolean isChain(Step step) {
        return step.commands().stream()
                        .filter(each -> each.place() != Place.SUBSTITUTION)
                        .map(ShellCommand::pipeline)
                        .distinct()
                        .count()
                > 1;
    }

    private static List<String> flags(Step step) {
        List<String> flags = new ArrayList<>();
        for (Flag each : step.one().flags()) {
            flags.add(each.name() + "=" + each.value().orElse(""));
        }
        flags.sort(null);
        return flags;
    }

    /** What the stages have from those they are built on, and what the images are left with. */
    private static void images(Work work) {
        List<Optional<Instruction>> users = new ArrayList<>();
        List<Boolean> healths = new ArrayList<>();
        for (Stage stage : work.stages().all()) {
            OptionalInt parent = stage.parent();
            Optional<Instruction> user = parent.isPresent() ? users.get(parent.getAsInt()) : Optional.empty();
            boolean health = parent.isPresent() && healths.get(parent.getAsInt());
            for (Instruction one : stage.instructions()) {
                user = one.is(Keyword.USER) ? Optional.of(one) : user;
                health |= one.is(Keyword.HEALTHCHECK);
            }
            users.add(user);
            healths.add(health);
        }
        Map<Integer, Instruction> last = new TreeMap<>();
        for (Stage stage : work.results()) {
            users.get(stage.index()).ifPresent(each -> last.put(each.span().start(), each));
            if (!healths.get(stage.index())) {
                work.add("DL3057", stage.from(), "no HEALTHCHECK says when the program is well");
            }
        }
        last.values().forEach(each -> user(work, each));
    }

    private static void user(Work work, Instruction user) {
        if (user.words().isEmpty()) {
            return;
        }
        Word word = user.words().getFirst();
        String name = work.stages().expand(word, user).orElse("");
        String alone = name.split(":", 2)[0];
        if (alone.equals("root") || alone.equals("0")) {
            work.add("DL3002", user, "the program runs as root");
        } else if (!alone.isEmpty() && !alone.matches("[0-9]+")) {
            work.add("DL3066", user, word.span(), "%s is known in the image only".formatted(alone));
        }
    }

    private static void step(Work work, Step step) {
        Instruction one = step.one();
        Instruction written = step.written();
        switch (one.keyword()) {
            case CMD, ENTRYPOINT -> {
                if (!one.json() && one.arguments().length() > 0) {
                    String message = "a shell runs this and takes its signals";
                    work.add("DL3025", written, one.arguments().span(), message);
                    if (step.shell().equals(List.of("/bin/sh", "-c"))) {
                        work.add("JSONArgsRecommended", written, one.arguments().span(), message);
                    }
                }
            }
            case EXPOSE -> one.words().forEach(each -> port(work, written, each));
            case WORKDIR -> {
                if (!one.words().isEmpty()) {
                    workdir(work, step, one.words().getFirst());
                }
            }
            case ENV -> {
                for (int i = 0; i < one.pairs().size() && one.pairs().size() <= MAX_PAIRS; i++) {
                    selfReference(work, step, i);
                }
            }
            case ADD,
                    ARG,
                    COPY,
                    FROM,
                    HEALTHCHECK,
                    LABEL,
                    MAINTAINER,
                    ONBUILD,
                    RUN,
                    SHELL,
                    STOPSIGNAL,
                    USER,
                    VOLUME,
                    UNKNOWN -> {}
        }
    }

    private static void port(Work work, Instruction written, Word word) {
        for (String each : word.unquoted().replaceFirst("/.*", "").split("-")) {
            if (each.matches("[0-9]+") && (each.length() > 9 || Integer.parseInt(each) > 65_535)) {
                work.add("DL3011", written, word.span(), "there is no port " + each);
                return;
            }
        }
    }

    private static void workdir(Work work, Step step, Word word) {
        String path = word.unquoted();
        if (Work.isAbsolute(path) || path.isEmpty()) {
            return;
        }
        work.add("DL3000", step.written(), word.span(), "WORKDIR %s is relative".formatted(path));
        if (!work.isAfterAbsoluteWorkdir(step)) {
            work.add(
                    "WorkdirRelativePath",
                    step.written(),
                    word.span(),
                    "WORKDIR %s is relative to what the base image says".formatted(path));
        }
    }

    private static void selfReference(Work work, Step step, int at) {
        List<Pair> pairs = step.one().pairs();
        String value = pairs.get(at).value().map(Word::text).orElse("");
        for (int i = 0; i < pairs.size(); i++) {
            String name = pairs.get(i).name().text();
            boolean uses = i != at
                    && value.matches("(?s).*\\$(\\{" + Pattern.quote(name) + "\\b.*|" + Pattern.quote(name)
                            + "(?![A-Za-z0-9_]).*)");
            boolean escaped = value.contains("\\$" + name) || value.contains("\\${" + name);
            if (uses
                    && !escaped
                    && !value.startsWith("'")
                    && work.stages().before(step.written(), name).isEmpty()) {
                work.add(
                        "DL3044",
                        step.written(),
                        pairs.get(at).value().orElseThrow().span(),
                        "%s is not defined until this ENV ends".formatted(name));
                return;
            }
        }
    }
}
