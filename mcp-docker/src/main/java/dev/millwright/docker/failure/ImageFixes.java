package dev.millwright.docker.failure;

import static java.util.Map.entry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What mends the Dockerfile itself, its context and what it takes from registries. */
final class ImageFixes {
    static final Map<FailureClass, Consumer<Proposals>> ALL = Map.ofEntries(
            entry(FailureClass.DF_PARSE, ImageFixes::parse),
            entry(FailureClass.REF_INVALID, ImageFixes::reference),
            entry(FailureClass.ARG_REQUIRED, ImageFixes::argument),
            entry(FailureClass.EXEC_FORMAT, ImageFixes::platform),
            entry(FailureClass.COPY_NOT_FOUND, ImageFixes::copy),
            entry(FailureClass.ADD_URL, ImageFixes::add));

    private static final List<String> KEYWORDS = List.of(
            "ADD",
            "ARG",
            "CMD",
            "COPY",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "FROM",
            "HEALTHCHECK",
            "LABEL",
            "MAINTAINER",
            "ONBUILD",
            "RUN",
            "SHELL",
            "STOPSIGNAL",
            "USER",
            "VOLUME",
            "WORKDIR");

    /** Instructions that are often written over several lines. */
    private static final List<String> CONTINUED = List.of("ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "LABEL", "RUN");

    private ImageFixes() {}

    private static void parse(Proposals p) {
        String word = p.subject("").replace("\"", "");
        Optional<Recipe.Instruction> unknown = p.around()
                .recipe()
                .flatMap(recipe -> recipe.instructions().stream()
                        .filter(each -> !KEYWORDS.contains(each.keyword()))
                        .findFirst());
        String written =
                unknown.map(each -> each.text().strip().split("\\s+")[0]).orElse(word);
        Optional<String> meant = Nearest.of(written.toUpperCase(Locale.ROOT), KEYWORDS);
        if (unknown.isPresent() && meant.isPresent() && written.matches("[A-Za-z]+")) {
            Recipe.Instruction at = unknown.get();
            p.edit(
                    "keyword",
                    0.8,
                    written + " is no instruction; " + meant.get() + " is.",
                    new Edit(Edit.DOCKERFILE, at.line(), at.until(), at.text().replaceFirst("^\\s*\\S+", meant.get())));
        }
        unknown.flatMap(at -> continued(p, at))
                .ifPresent(edit -> p.edit(
                        "continue-line",
                        meant.isPresent() ? 0.4 : 0.85,
                        "The line before goes on here: it needs a backslash at its end.",
                        edit));
        if (p.around().recipe().map(recipe -> recipe.source().contains("<<")).orElse(false)
                && !p.around().recipe().get().source().toLowerCase(Locale.ROOT).contains("syntax=")) {
            p.edit(
                    "heredoc-syntax",
                    0.5,
                    "Here-documents need a newer syntax, and BuildKit.",
                    new Edit(Edit.DOCKERFILE, 1, 0, "# syntax=docker/dockerfile:1"));
        }
        if (p.says("no build stage")) {
            p.edit(
                    "add-from",
                    0.5,
                    "The first instruction must be FROM.",
                    new Edit(Edit.DOCKERFILE, 1, 0, "FROM scratch"));
        }
        p.advise(
                "correct-line",
                0.4,
                "Correct the line that the evidence names" + (word.isEmpty() ? "." : ": " + word + "."));
    }

    /** What stands where a keyword should may be the rest of a RUN whose line lacks its backslash. */
    private static Optional<Edit> continued(Proposals p, Recipe.Instruction at) {
        List<Recipe.Instruction> all = p.around().recipe().orElseThrow().instructions();
        int index = all.indexOf(at);
        if (index < 1 || all.get(index - 1).until() != at.line() - 1) {
            return Optional.empty();
        }
        Recipe.Instruction before = all.get(index - 1);
        if (!CONTINUED.contains(before.keyword())) {
            return Optional.empty();
        }
        return Optional.of(new Edit(
                Edit.DOCKERFILE, before.line(), before.until(), before.text().stripTrailing() + " \\"));
    }

    private static void reference(Proposals p) {
        String said = p.subject("");
        Optional<Recipe.Instruction> from = p.around()
                .recipe()
                .flatMap(recipe -> recipe.instructions().stream()
                        .filter(each -> each.keyword().equals("FROM")
                                && !said.isEmpty()
                                && each.text().contains(said))
                        .findFirst()
                        .or(() -> p.instruction().flatMap(recipe::from))
                        .or(recipe::firstFrom));
        from.ifPresent(at -> {
            String text = at.text();
            String[] words = text.strip().split("\\s+");
            String image = words.length > 1 ? words[words[1].startsWith("--") && words.length > 2 ? 2 : 1] : "";
            String lower = image.toLowerCase(Locale.ROOT);
            if (!image.contains("$") && !image.equals(lower)) {
                p.edit(
                        "lower-case",
                        0.85,
                        "Repositories are written in lower case.",
                        new Edit(Edit.DOCKERFILE, at.line(), at.until(), text.replace(image, lower)));
            }
            Optional<String> variable = variable(image);
            variable.ifPresent(name -> argumentDefault(p, at, name));
        });
        p.advise(
                "reference",
                0.3,
                "Write NAME[:TAG][@DIGEST], one colon before the tag, no blanks or scheme: " + p.subject(""));
    }

    private static void argumentDefault(Proposals p, Recipe.Instruction from, String name) {
        boolean tag = from.text().matches("(?s).*:\\$\\{?" + name + "\\b.*");
        Optional<String> other = p.around().recipe().orElseThrow().instructions().stream()
                .map(Recipe.Instruction::base)
                .filter(image -> !image.isEmpty() && !image.contains("$") && !image.equals("scratch"))
                .findFirst();
        if (!tag && other.isEmpty()) {
            p.advise("arg-value", 0.7, "Give " + name + " a value: a default before FROM, or a build argument.");
            return;
        }
        String text = tag ? "latest" : other.get();
        Optional<Recipe.Instruction> declared = p.around().recipe().orElseThrow().instructions().stream()
                .filter(each -> each.keyword().equals("ARG") && each.from() < 0)
                .filter(each -> each.text().strip().matches("(?i)ARG\\s+" + name + "(?:=\"?\"?)?"))
                .findFirst();
        p.edit(
                "arg-default",
                0.7,
                "Give " + name + " a value before FROM; it can still be set with a build argument.",
                declared.map(at -> new Edit(Edit.DOCKERFILE, at.line(), at.until(), "ARG " + name + "=" + text))
                        .orElseGet(() ->
                                new Edit(Edit.DOCKERFILE, from.line(), from.line() - 1, "ARG " + name + "=" + text)));
    }

    private static Optional<String> variable(String image) {
        Matcher matcher = Pattern.compile("\\$\\{?([A-Za-z_]\\w*)").matcher(image);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static void argument(Proposals p) {
        String name = p.subject("the variable");
        p.advise("build-arg", 0.7, "Give " + name + " when building: build_args {\"" + name + "\": \"VALUE\"}.");
        if (p.instruction().isPresent() && name.matches("\\w+")) {
            boolean declared = p.around().recipe().orElseThrow().instructions().stream()
                    .anyMatch(each ->
                            each.keyword().equals("ARG") && each.text().matches("(?is)ARG\\s+" + name + "\\b.*"));
            p.before(
                    "arg-default",
                    declared ? 0.35 : 0.5,
                    "Give " + name + " a default"
                            + (declared ? "." : "; the stage does not declare it, so no build argument reaches it."),
                    "ARG " + name + "=\"\"");
        }
    }

    private static void platform(Proposals p) {
        boolean pull = p.says("matching manifest") || p.says("match for platform") || p.says("operating system");
        p.from(
                "platform",
                pull ? 0.6 : 0.4,
                "Take the image for the platform that builds: FROM --platform=$BUILDPLATFORM, or another tag.",
                image -> image);
        if (!pull) {
            p.advise("binfmt", 0.4, "Let the engine run other platforms: register QEMU with binfmt, then build again.")
                    .rewrite(
                            "script-crlf",
                            0.3,
                            "A script without #! or with Windows line ends gives the same message: strip them.",
                            ImageFixes::stripCarriageReturns);
        } else {
            p.advise("other-image", 0.3, "Choose an image that is published for this platform.");
        }
    }

    /** Before a script is started, its line ends are made Unix ones. */
    static String stripCarriageReturns(String text) {
        Matcher run = Pattern.compile("^(RUN\\s+(?:--\\S+\\s+)*)((?:sh |bash )?)(\\.?/\\S+)")
                .matcher(text);
        return run.find() ? run.replaceFirst("$1sed -i 's/\\\\r\\$//' $3 && $2$3") : text;
    }

    private static void copy(Proposals p) {
        String wanted = p.subject("").replaceFirst("^/", "");
        boolean fromStage = p.text().contains("--from=");
        if (wanted.startsWith("..") || p.says("forbidden path")) {
            p.advise(
                    "wider-context",
                    0.7,
                    "Nothing outside of the context can be copied: build with a folder above as context, and name the Dockerfile.");
        }
        boolean there = p.around().paths().contains(wanted)
                || p.around().paths().stream().anyMatch(each -> each.startsWith(wanted + "/"));
        if (!fromStage && !wanted.isEmpty() && p.around().ignores(wanted)) {
            p.edit(
                    "un-ignore",
                    0.85,
                    ".dockerignore leaves " + wanted + " out.",
                    new Edit(
                            Edit.IGNORE,
                            p.around().ignore().size() + 1,
                            p.around().ignore().size(),
                            "!" + wanted));
        } else if (!fromStage && !there && !wanted.isEmpty()) {
            Nearest.of(wanted, p.around().paths())
                    .ifPresent(near -> p.rewrite("nearest-path", 0.75, "The context has " + near + ".", text -> {
                        String changed = Rewrites.word(text, wanted, near);
                        return changed.equals(text) ? text.replace(wanted, near) : changed;
                    }));
        }
        p.advise(
                "source-path",
                0.3,
                fromStage
                        ? "The stage copied from does not have " + wanted + ": look at where its last steps write to."
                        : "Paths are relative to the context, not to the Dockerfile; " + wanted
                                + " must be in the context and not in .dockerignore.");
        p.advise(
                "produce-first",
                0.2,
                "If " + wanted + " is made by a build outside, run that first or make it in a stage.");
    }

    private static void add(Proposals p) {
        p.advise(
                        "live-url",
                        0.7,
                        "The address no longer answers with the file: " + p.subject("")
                                + ". Use a current one, with --checksum.")
                .advise("retry", 0.2, "Build again if the server was only down.");
    }
}
