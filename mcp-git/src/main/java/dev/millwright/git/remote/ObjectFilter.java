package dev.millwright.git.remote;

import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.tool.ToolException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.transport.FilterSpec;

/**
 * What a partial clone leaves at its remote, as rev-list(1) has it: {@code blob:none}, {@code blob:limit=N}, {@code
 * tree:N}.
 */
public record ObjectFilter(String line) {
    private static final Pattern FORM = Pattern.compile("blob:none|blob:limit=(\\d{1,12})([kmg]?)|tree:\\d{1,3}");

    /** @throws ToolException {@code INVALID_INPUT} for another filter */
    public static ObjectFilter parse(String field, String text) {
        return of(text).orElseThrow(() ->
                ToolException.invalidInput("/%s must be blob:none, blob:limit=N with k, m or g, or tree:0, got %s"
                        .formatted(field, RepoText.path(text, 60))));
    }

    private static Optional<ObjectFilter> of(String text) {
        Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            return Optional.empty();
        } else if (form.group(1) == null) {
            return Optional.of(new ObjectFilter(form.group()));
        }
        int power = " kmg".indexOf(form.group(2).isEmpty() ? " " : form.group(2));
        return Optional.of(new ObjectFilter("blob:limit=" + (Long.parseLong(form.group(1)) << 10 * power)));
    }

    /**
     * That of a remote which promised the rest; empty for any other remote.
     *
     * @throws ToolException {@code DENIED} for one that native Git knows and this server does not
     */
    static Optional<ObjectFilter> of(Repo repo, String remote) {
        String line = repo.git().getConfig().getString("remote", remote, "partialclonefilter");
        if (line == null || !isPromisor(repo, remote)) {
            return Optional.empty();
        }
        return Optional.of(of(line).orElseThrow(() -> ToolException.denied(
                "%s is a partial clone by the filter %s, which this server cannot fetch with; native Git can"
                        .formatted(repo.shown(), RepoText.path(line, 60)))));
    }

    static boolean isPromisor(Repo repo, String remote) {
        Config config = repo.git().getConfig();
        return config.getBoolean("remote", remote, "promisor", false)
                || remote.equals(config.getString("extensions", null, "partialclone"));
    }

    FilterSpec spec() {
        try {
            return FilterSpec.fromFilterLine(line);
        } catch (PackProtocolException e) {
            throw new IllegalStateException(line, e);
        }
    }
}
