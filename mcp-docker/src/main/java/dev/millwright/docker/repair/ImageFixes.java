package dev.millwright.docker.repair;

import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.dockerfile.Flag;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Span;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Word;
import dev.millwright.docker.lint.Finding;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Fixes of {@code FROM}, and of what the image is as a whole. */
final class ImageFixes {
    /** A user that no distribution has: above those of systems and of people. */
    private static final String USER = "10001";

    private ImageFixes() {}

    static List<Fix> pin(Finding finding, Site site) {
        Instruction from = finding.instruction();
        Word base = from.words().getFirst();
        return site
                .bases()
                .find(base.unquoted())
                .flatMap(BaseImage::pinned)
                .filter(each -> !each.equals(base.unquoted()))
                .map(each -> Fix.when(
                        "the image that the engine has is the one that is meant",
                        "use " + each,
                        new Edit(base.span(), each)))
                .stream()
                .toList();
    }

    /** {@code --platform} goes from {@code FROM}. */
    static List<Fix> platform(Finding finding, Site site) {
        Instruction from = finding.instruction();
        Optional<Flag> flag = from.flag("platform");
        if (flag.isEmpty()) {
            return List.of();
        }
        int end = flag.get().span().end();
        while (end < from.span().end() && site.text().charAt(end) == ' ') {
            end++;
        }
        Fix fix = Fix.when(
                "the image is built for the platform it is meant for",
                "drop --platform",
                Edit.delete(new Span(flag.get().span().start(), end)));
        String value = flag.get().value().orElse("");
        boolean same = value.contains("TARGETPLATFORM")
                || site.bases()
                        .find(from.words().getFirst().unquoted())
                        .filter(each -> each.platform().equals(value))
                        .isPresent();
        return List.of(same ? fix : fix.asGuess());
    }

    /** The program runs as a user with nothing but a number; what is built before is still built by root. */
    static List<Fix> user(Finding finding, Site site) {
        Optional<Stage> last = site.stages().last();
        if (last.isEmpty()) {
            return List.of();
        }
        List<Instruction> all = site.chain(last.get());
        boolean low = all.stream()
                .filter(each -> each.is(Keyword.EXPOSE))
                .flatMap(each -> each.words().stream())
                .anyMatch(each -> !each.unquoted().matches("(1[0-9]{3}|10[2-9][0-9]|[2-9][0-9]{3}|[1-9][0-9]{4})(/.*)?")
                        || each.unquoted().matches("10[01][0-9].*|102[0-3].*"));
        List<Instruction> own = last.get().instructions();
        if (low || own.isEmpty()) {
            return List.of();
        }
        Instruction end = own.getLast();
        List<Instruction> starts = own.reversed().stream()
                .takeWhile(each -> each.is(Keyword.CMD) || each.is(Keyword.ENTRYPOINT))
                .toList();
        Optional<Instruction> replaced =
                own.reversed().stream().skip(starts.size()).findFirst().filter(each -> each.is(Keyword.USER));
        String line = (end.name().text().equals(end.name().text().toLowerCase(Locale.ROOT)) ? "user " : "USER ") + USER;
        Edit edit = replaced.map(each -> new Edit(each.arguments().span(), USER))
                .orElseGet(
                        () -> starts.isEmpty() ? site.lineAfter(end, line) : site.lineBefore(starts.getLast(), line));
        return List.of(
                Fix.when("the program needs no right of root and writes to no folder of root's", "set " + line, edit));
    }

    static List<Fix> health(Finding finding, Site site) {
        Optional<Stage> last = site.stages().last();
        Optional<String> check = last.flatMap(site.stages()::image).flatMap(KnownImages::health);
        if (check.isEmpty()) {
            return List.of();
        }
        List<Instruction> own = last.get().instructions();
        Instruction end = own.isEmpty() ? last.get().from() : own.getLast();
        return List.of(Fix.when(
                "the program listens where the base image has it listen",
                "add a HEALTHCHECK of the program's own kind",
                site.lineAfter(end, "HEALTHCHECK CMD " + check.get())));
    }
}
