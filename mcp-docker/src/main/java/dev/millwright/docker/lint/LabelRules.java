package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Pair;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Rules of labels: their keys by Docker's guidelines, their values by the schema of the project. */
final class LabelRules {
    private static final Pattern KEY = Pattern.compile("[a-z](?:[a-z0-9]|[.-](?=[a-z0-9]))*");
    private static final Pattern RESERVED = Pattern.compile("(com\\.docker|io\\.docker|org\\.dockerproject)\\..*");

    private LabelRules() {}

    static void check(Work work) {
        Map<String, LabelKind> schema = work.config().labels();
        for (Step step : work.steps()) {
            if (step.is(Keyword.LABEL)) {
                step.one().pairs().forEach(each -> label(work, step, each, schema));
            }
        }
        if (!schema.isEmpty()) {
            missing(work, new TreeSet<>(schema.keySet()));
        }
    }

    private static void missing(Work work, Set<String> schema) {
        List<Set<String>> missing = new ArrayList<>();
        for (Stage stage : work.stages().all()) {
            OptionalInt parent = stage.parent();
            Set<String> here = new TreeSet<>(parent.isPresent() ? missing.get(parent.getAsInt()) : schema);
            stage.instructions().stream()
                    .filter(each -> each.is(Keyword.LABEL))
                    .flatMap(each -> each.pairs().stream())
                    .forEach(each -> here.remove(each.name().unquoted()));
            missing.add(here);
        }
        for (Stage stage : work.results()) {
            missing.get(stage.index()).forEach(each -> work.add("DL3049", stage.from(), "there is no label " + each));
        }
    }

    private static void label(Work work, Step step, Pair pair, Map<String, LabelKind> schema) {
        String written = pair.name().unquoted();
        String key = work.stages().expand(pair.name(), step.written()).orElse(written);
        if (!KEY.matcher(key).matches() || RESERVED.matcher(key).matches()) {
            work.add("DL3048", step.written(), pair.name().span(), "%s is no valid label key".formatted(key));
        }
        if (!written.contains("$")) {
            if (work.config().strictLabels() && !schema.containsKey(key)) {
                work.add("DL3050", step.written(), pair.name().span(), "%s is not in the schema".formatted(key));
            }
        }
        LabelKind kind = schema.get(key);
        Optional<Word> value = pair.value();
        if (kind == null || value.isEmpty()) {
            return;
        }
        String text = work.stages().expand(value.get(), step.written()).orElse("");
        if (value.get().hasVariable() && text.isEmpty()) {
            return;
        }
        if (text.isEmpty()) {
            work.add("DL3051", step.written(), pair.name().span(), "%s is empty".formatted(key));
        } else if (!kind.fits(text)) {
            work.add(
                    kind.code(),
                    step.written(),
                    value.get().span(),
                    "%s is \"%s\", not %s".formatted(key, text, kind.noun()));
        }
    }
}
