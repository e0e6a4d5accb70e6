package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Comment;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Pair;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Word;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks of BuildKit that hadolint has no rule for, but those of variables. */
final class BuildKitRules {
    private static final Pattern SECRET =
            Pattern.compile("(?i)(?:.*_)?(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_.*)?");

    /** Names that tell where a secret is, or speak of what anybody may know. */
    private static final Pattern PUBLIC = Pattern.compile(
            "(?i)(?!aws_access_key_id$)(?:.*_)?(?:public|pub|file|path|dir|url|uri|name|id|type|algorithm|length|size|ttl"
                    + "|method|enabled|server|host|keyring)(?:_.*)?");

    private BuildKitRules() {}

    static void check(Work work) {
        casing(work);
        for (Instruction each : work.file().instructions()) {
            if (!each.blanks().isEmpty()) {
                work.add("NoEmptyContinuation", each, each.blanks().getFirst(), "an empty line is in the instruction");
            }
            pairs(work, each);
            Instruction one = each.acting();
            if (one.is(Keyword.EXPOSE)) {
                one.words().forEach(word -> expose(work, each, word));
            } else if (one.is(Keyword.COPY) || one.is(Keyword.ADD)) {
                ignored(work, each, one);
            }
            described(work, each);
        }
        work.stages().all().forEach(stage -> platform(work, stage));
    }

    private static void casing(Work work) {
        List<Instruction> all = work.file().instructions();
        long lower = all.stream()
                .filter(each -> StageRules.isLower(each.name().text()))
                .count();
        long upper = all.stream()
                .filter(each -> StageRules.isUpper(each.name().text()))
                .count();
        boolean upperWins = upper >= lower;
        for (Instruction each : all) {
            String name = each.name().text();
            boolean fits = upperWins ? StageRules.isUpper(name) : StageRules.isLower(name);
            if (!fits && !each.is(Keyword.UNKNOWN)) {
                work.add(
                        "ConsistentInstructionCasing",
                        each,
                        each.name().span(),
                        "%s is not %s like the others".formatted(name, upperWins ? "upper-case" : "lower-case"));
            }
        }
    }

    private static void pairs(Work work, Instruction written) {
        Instruction one = written.acting();
        if ((one.is(Keyword.ENV) || one.is(Keyword.LABEL))
                && one.pairs().stream().anyMatch(Pair::spaced)) {
            Pair pair = one.pairs().getFirst();
            work.add(
                    "LegacyKeyValueFormat",
                    written,
                    one.arguments().span(),
                    "%s %s has a blank where = belongs"
                            .formatted(one.keyword(), pair.name().text()));
        }
        if (one.is(Keyword.ENV) || one.is(Keyword.ARG)) {
            for (Pair each : one.pairs()) {
                String name = each.name().unquoted();
                if (SECRET.matcher(name).matches() && !PUBLIC.matcher(name).matches()) {
                    String message = "%s looks like a secret, and everybody with the image can read it".formatted(name);
                    work.add("DL3064", written, each.name().span(), message);
                    work.add("SecretsUsedInArgOrEnv", written, each.name().span(), message);
                }
            }
        }
    }

    private static void expose(Work work, Instruction written, Word word) {
        String text = word.unquoted();
        if (text.contains("$")) {
            return;
        }
        int slash = text.indexOf('/');
        String protocol = slash < 0 ? "" : text.substring(slash + 1);
        if (!StageRules.isLower(protocol)) {
            work.add("ExposeProtoCasing", written, word.span(), "%s is not lower-case".formatted(protocol));
        }
        String ports = slash < 0 ? text : text.substring(0, slash);
        if (ports.contains(":")) {
            work.add(
                    "ExposeInvalidFormat",
                    written,
                    word.span(),
                    "%s names an address or a host port, which docker run decides".formatted(text));
        }
    }

    private static void ignored(Work work, Instruction written, Instruction one) {
        if (work.around().ignore().isEmpty() || one.flag("from").isPresent()) {
            return;
        }
        for (Word each : one.sources()) {
            String source = each.unquoted().replaceFirst("^(\\./|/)+", "");
            boolean plain = !source.isEmpty()
                    && !source.equals(".")
                    && !source.matches(".*[*?\\[$].*")
                    && !one.isHeredoc(each)
                    && !CopyRules.isRemote(source);
            if (plain && work.around().ignore().get().ignores(source) && !isTakenBack(work, source)) {
                work.add("CopyIgnoredFile", written, each.span(), "%s is left out by .dockerignore".formatted(source));
            }
        }
    }

    /** Whether something below an ignored folder is kept by a rule with {@code !}. */
    private static boolean isTakenBack(Work work, String source) {
        String below = source.endsWith("/") ? source : source + "/";
        return work.around().ignore().orElseThrow().rules().stream()
                .anyMatch(each -> each.keeps()
                        && (each.pattern().startsWith(below) || each.pattern().startsWith("**")));
    }

    private static void described(Work work, Instruction one) {
        String check = "InvalidDefinitionDescription";
        if (!work.pragmas().tries(check) || one.comments().isEmpty()) {
            return;
        }
        List<String> names = List.of();
        if (one.is(Keyword.ARG)) {
            names = one.pairs().stream().map(each -> each.name().text()).toList();
        } else if (one.is(Keyword.FROM) && one.words().size() == 3) {
            names = List.of(one.words().get(2).text());
        }
        Comment last = one.comments().getLast();
        boolean touches = last.line() == one.line() - 1;
        boolean fits = names.stream().anyMatch(each -> last.text().startsWith(each + " "));
        if (!names.isEmpty() && touches && !fits && !last.text().isEmpty()) {
            String wanted = String.join(" or ", names);
            work.add(check, one, last.span(), "the comment does not begin with %s".formatted(wanted));
        }
    }

    private static void platform(Work work, Stage stage) {
        String image = stage.base().unquoted();
        String actual = work.around().platforms().get(image);
        Optional<String> wanted = stage.from()
                .flagValue("platform")
                .filter(each -> !each.contains("$"))
                .or(() -> stage.from().flag("platform").isPresent()
                        ? Optional.empty()
                        : work.around().wanted());
        if (actual != null && wanted.isPresent() && !fits(actual, wanted.get())) {
            work.add(
                    "InvalidBaseImagePlatform",
                    stage.from(),
                    stage.base().span(),
                    "%s is for %s, not %s".formatted(image, actual, wanted.get()));
        }
    }

    private static boolean fits(String actual, String wanted) {
        String normal =
                wanted.toLowerCase(Locale.ROOT).replace("x86_64", "amd64").replace("aarch64", "arm64");
        return actual.equals(normal) || actual.startsWith(normal + "/") || normal.startsWith(actual + "/");
    }
}
