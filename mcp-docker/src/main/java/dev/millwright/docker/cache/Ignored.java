package dev.millwright.docker.cache;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.IgnoreFile;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a context holds that no build needs: it is sent each time, and each change of it runs {@code COPY . .} again. */
final class Ignored {
    private record Known(String name, boolean folder, String why) {}

    private static final List<Known> KNOWN = List.of(
            new Known(".git", true, "changes with every commit"),
            new Known("node_modules", true, "is installed in the image"),
            new Known(".venv", true, "is made for this machine"),
            new Known("venv", true, "is made for this machine"),
            new Known("__pycache__", true, "is made when the program runs"),
            new Known(".pytest_cache", true, "is made by tests"),
            new Known(".mypy_cache", true, "is made by a checker"),
            new Known(".tox", true, "is made by tests"),
            new Known(".gradle", true, "is a cache of this machine"),
            new Known("target", true, "is made by the build"),
            new Known("dist", true, "is made by the build"),
            new Known("coverage", true, "is made by tests"),
            new Known(".next", true, "is made by the build"),
            new Known(".idea", true, "belongs to an editor"),
            new Known(".vscode", true, "belongs to an editor"),
            new Known(".DS_Store", false, "belongs to a file manager"),
            new Known(".env", false, "often holds secrets"),
            new Known("npm-debug.log", false, "is a log"));

    private Ignored() {}

    /** @param lines what to add to {@code .dockerignore} */
    record Found(List<Advice> advice, List<String> lines) {}

    static Found find(Dockerfile file, Context context, IgnoreFile ignore) {
        List<Advice> advice = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        Optional<Instruction> broad =
                file.instructions().stream().filter(each -> copiesBroadly(each)).findFirst();
        if (broad.isEmpty()) {
            return new Found(advice, lines);
        }
        for (Context.Entry each : context.entries()) {
            String name = each.path().substring(each.path().lastIndexOf('/') + 1);
            for (Known known : KNOWN) {
                if (known.name().equals(name)
                        && known.folder() == each.folder()
                        && !ignore.ignores(each.path())
                        && !isNamed(file, name)) {
                    String line = each.path().contains("/") ? "**/" + name : name;
                    if (!lines.contains(line)) {
                        lines.add(line);
                        advice.add(new Advice(
                                "dockerignore",
                                Invalidation.step(file, broad.get()),
                                "%s (%s) %s and is sent to every build"
                                        .formatted(each.path(), size(each.bytes()), known.why()),
                                true,
                                ""));
                    }
                }
            }
        }
        return new Found(advice, lines);
    }

    private static boolean copiesBroadly(Instruction one) {
        return (one.is(Keyword.COPY) || one.is(Keyword.ADD))
                && one.flagValue("from").isEmpty()
                && one.sources().stream()
                        .anyMatch(word -> word.text().equals(".") || word.text().equals("./"));
    }

    /** Whether the file speaks of it by name, and so may need it. */
    private static boolean isNamed(Dockerfile file, String name) {
        return file.instructions().stream()
                .filter(each -> (each.is(Keyword.COPY) || each.is(Keyword.ADD))
                        && each.flagValue("from").isEmpty())
                .anyMatch(each -> each.sources().stream()
                        .anyMatch(word -> List.of(word.text().split("/")).contains(name)));
    }

    private static String size(long bytes) {
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
