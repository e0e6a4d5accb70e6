package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.Word;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code npm install} where a lock file was copied, which {@code npm ci} holds to. */
final class NpmRules {
    private static final List<String> LOCKS = List.of("package-lock.json", "npm-shrinkwrap.json");

    /** With them it installs elsewhere, or without the lock. */
    private static final Pattern OTHER =
            Pattern.compile("-g|--global|--location.*|--prefix.*|-C|--no-package-lock|--package-lock(-only|=false)");

    private NpmRules() {}

    static void check(Work work) {
        for (Step step : work.steps()) {
            if (step.named("cd", "pushd").findAny().isPresent()) {
                continue;
            }
            step.named("npm")
                    .filter(NpmRules::installsAll)
                    .filter(each -> lockBefore(work, step))
                    .forEach(each -> work.add(
                            "NpmInstallWithLock", step, each, "npm install may change what the lock file says"));
        }
    }

    private static boolean installsAll(ShellCommand npm) {
        return Packages.of(npm, Set.of("install", "i"), LanguageRules.NPM_VALUED)
                        .filter(List::isEmpty)
                        .isPresent()
                && npm.arguments().stream()
                        .noneMatch(each ->
                                each.substitutes() || OTHER.matcher(each.text()).matches());
    }

    /** Whether its stage, or one that it is built on, has copied a lock file by then. */
    private static boolean lockBefore(Work work, Step install) {
        for (Optional<Integer> at = Optional.of(install.stage().index()); at.isPresent(); ) {
            for (Step step : work.steps(work.stages().all().get(at.get()))) {
                if (step == install) {
                    break;
                } else if (copiesLock(work, step)) {
                    return true;
                }
            }
            int parent = work.stages().all().get(at.get()).parent().orElse(-1);
            at = parent < 0 ? Optional.empty() : Optional.of(parent);
        }
        return false;
    }

    private static boolean copiesLock(Work work, Step step) {
        return (step.is(Keyword.COPY) || step.is(Keyword.ADD))
                && !step.isHeldBack()
                && step.one().flag("from").isEmpty()
                && step.one().sources().stream().map(Word::unquoted).anyMatch(each -> isLock(work, each));
    }

    /** Whether a source is a lock file by its name, or takes the one in the context's top folder. */
    private static boolean isLock(Work work, String source) {
        String path = source.replaceFirst("^(\\./|/)+", "").replaceFirst("/+$", "");
        if (LOCKS.contains(path.substring(path.lastIndexOf('/') + 1))) {
            return true;
        }
        Pattern taken = path.isEmpty() || path.equals(".")
                ? Pattern.compile(".*")
                : Pattern.compile(
                        path.matches("[\\w.*?-]+")
                                ? path.replace(".", "\\.").replace("?", ".").replace("*", ".*")
                                : "(?!)");
        return LOCKS.stream()
                .filter(each -> taken.matcher(each).matches())
                .anyMatch(each -> work.around().hasAny(List.of(each))
                        && work.around()
                                .ignore()
                                .filter(one -> one.ignores(each))
                                .isEmpty());
    }
}
