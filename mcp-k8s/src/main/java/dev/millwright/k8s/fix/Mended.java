package dev.millwright.k8s.fix;

import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What became of a fix.
 *
 * @param diff one line for each value: {@code /spec/replicas: 2 → 0}; masked
 * @param why where there is more to say
 */
public record Mended(
        @Doc(value = "", name = "fix_id") String fixId,
        String cause,
        String target,
        State state,
        List<String> diff,
        Optional<String> why) {
    /** How far it came. */
    public enum State {
        /** Nothing was changed; this would be. */
        DRY_RUN,
        /** Applied; the cause is gone and the rollout healthy. */
        VERIFIED,
        /** Applied, and taken back. */
        REVERTED,
        /** Applied, not verified, and it could not be taken back: a person must look. */
        NOT_REVERTED,
        /** One before it did not hold, or the API refused it: nothing of it is left. */
        NOT_DONE
    }

    private static final int MOST_LINES = 12;

    public Mended {
        diff = diff.size() <= MOST_LINES
                ? List.copyOf(diff)
                : Stream.concat(
                                diff.stream().limit(MOST_LINES),
                                Stream.of("and " + (diff.size() - MOST_LINES) + " more"))
                        .toList();
    }

    static Mended of(Planned fix, State state, List<String> diff, Optional<String> why) {
        return new Mended(fix.fixId(), fix.cause().id(), fix.change().target().toString(), state, diff, why);
    }

    /** In words, for who asks later. */
    String told() {
        return Json.name(state) + why.map(each -> ": " + each).orElse("");
    }
}
