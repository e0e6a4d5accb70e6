package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The stages of a file, what each needs, and which variables hold what where. */
public final class Stages {
    /** Arguments that every build has without {@code ARG}. */
    public static final Set<String> PREDEFINED = Set.of(
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "https_proxy",
            "FTP_PROXY",
            "ftp_proxy",
            "NO_PROXY",
            "no_proxy",
            "ALL_PROXY",
            "all_proxy");

    /** Arguments that BuildKit gives before the first {@code FROM}, and in a stage after {@code ARG}. */
    public static final Set<String> PLATFORM = Set.of(
            "TARGETPLATFORM",
            "TARGETOS",
            "TARGETARCH",
            "TARGETVARIANT",
            "TARGETOSVERSION",
            "TARGETSTAGE",
            "BUILDPLATFORM",
            "BUILDOS",
            "BUILDARCH",
            "BUILDVARIANT",
            "BUILDOSVERSION");

    /** @param moment of the scope */
    private record Seen(Scope scope, int moment) {}

    private final List<Stage> all;
    private final Map<String, Integer> called;
    private final Scope globals = new Scope(Optional.empty());
    private final Map<Instruction, Seen> seen = new IdentityHashMap<>();
    private final List<Scope> scopes = new ArrayList<>();
    private final char escape;

    private Stages(Dockerfile file) {
        this.escape = file.escape();
        this.all = of(file.instructions());
        this.called = called(all.stream().map(Stage::name).toList());
        for (Instruction each : file.instructions()) {
            if (each.is(Keyword.FROM)) {
                break;
            } else if (each.is(Keyword.ARG)) {
                seen.put(each, new Seen(globals, globals.now()));
                each.pairs().forEach(pair -> define(globals, pair, true, globals.now()));
            }
        }
        for (Stage each : all) {
            walk(each);
        }
    }

    public static Stages of(Dockerfile file) {
        return new Stages(file);
    }

    static List<Stage> of(List<Instruction> instructions) {
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i).is(Keyword.FROM)
                    && !instructions.get(i).words().isEmpty()) {
                starts.add(i);
            }
        }
        List<Optional<Word>> names = new ArrayList<>();
        for (int each : starts) {
            List<Word> words = instructions.get(each).words();
            boolean named = words.size() == 3 && words.get(1).text().equalsIgnoreCase("as");
            names.add(named ? Optional.of(words.get(2)) : Optional.empty());
        }
        Map<String, Integer> called = called(names);
        Map<String, Integer> before = new HashMap<>();
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            Instruction from = instructions.get(starts.get(i));
            int end = i + 1 < starts.size() ? starts.get(i + 1) : instructions.size();
            List<Instruction> own = instructions.subList(starts.get(i) + 1, end);
            Word base = from.words().getFirst();
            OptionalInt parent = index(before.get(key(base.text())));
            Set<Integer> needs = new LinkedHashSet<>();
            parent.ifPresent(needs::add);
            for (Instruction each : own) {
                sources(each)
                        .forEach(source -> index(source, called, starts.size()).ifPresent(needs::add));
            }
            stages.add(new Stage(i, from, base, names.get(i), parent, own, new ArrayList<>(needs)));
            int index = i;
            names.get(i).ifPresent(name -> before.put(key(name.text()), index));
        }
        return stages;
    }

    /** The last stage of each name. */
    private static Map<String, Integer> called(List<Optional<Word>> names) {
        Map<String, Integer> called = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            int index = i;
            names.get(i).ifPresent(name -> called.put(key(name.text()), index));
        }
        return called;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** What {@code --from} and the {@code from} of mounts say. */
    private static List<String> sources(Instruction one) {
        List<String> sources = new ArrayList<>();
        if (one.is(Keyword.COPY)) {
            one.flagValue("from").ifPresent(sources::add);
        } else if (one.is(Keyword.RUN)) {
            for (Flag each : one.flags("mount")) {
                String from = each.parts().getOrDefault("from", "");
                if (!from.isEmpty()) {
                    sources.add(from);
                }
            }
        }
        return sources;
    }

    private static OptionalInt index(String source, Map<String, Integer> called, int count) {
        if (source.matches("[0-9]{1,9}")) {
            int index = Integer.parseInt(source);
            return index < count ? OptionalInt.of(index) : OptionalInt.empty();
        }
        return index(called.get(key(source)));
    }

    private static OptionalInt index(@Nullable Integer found) {
        return found == null ? OptionalInt.empty() : OptionalInt.of(found);
    }

    public List<Stage> all() {
        return all;
    }

    public Optional<Stage> last() {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** The stage that {@code --from} means: by name in any case, or by number. */
    public Optional<Stage> find(String source) {
        OptionalInt found = index(source, called, all.size());
        return found.isEmpty() ? Optional.empty() : Optional.of(all.get(found.getAsInt()));
    }

    /** A stage and all it needs, however far away. */
    public Set<Stage> neededBy(Stage target) {
        Set<Stage> needed = new LinkedHashSet<>();
        List<Stage> left = new ArrayList<>(List.of(target));
        while (!left.isEmpty()) {
            Stage one = left.removeLast();
            if (needed.add(one)) {
                one.needs().forEach(each -> left.add(all.get(each)));
            }
        }
        return needed;
    }

    /** The stage at the root of its parents, whose base is an image. */
    public Stage root(Stage stage) {
        Stage root = stage;
        while (root.parent().isPresent()) {
            root = all.get(root.parent().getAsInt());
        }
        return root;
    }

    /** The image under a stage, with the defaults of arguments; empty where they do not tell. */
    public Optional<String> image(Stage stage) {
        return expand(root(stage).base(), root(stage).from());
    }

    /** Arguments before the first {@code FROM}, by name. */
    public Map<String, Variable> globals() {
        return globals.all(Integer.MAX_VALUE);
    }

    /** The variables that an instruction sees, by name: for {@code FROM} those before the first one. */
    public Map<String, Variable> before(Instruction one) {
        Seen at = seen.get(one);
        return at == null ? Map.of() : at.scope().all(at.moment());
    }

    /** What an instruction sees under a name; cheaper than all of them. */
    public Optional<Variable> before(Instruction one, String name) {
        Seen at = seen.get(one);
        return at == null ? Optional.empty() : at.scope().find(name, at.moment());
    }

    /** A word with the variables that are known where it stands; empty where one is not known, or it is malformed. */
    public Optional<String> expand(Word word, Instruction at) {
        if (!word.hasVariable()) {
            return Optional.of(word.unquoted());
        }
        return value(word.text(), name -> before(at, name));
    }

    private Optional<String> value(String text, Function<String, Optional<Variable>> scope) {
        boolean[] unknown = {false};
        try {
            String value = Expansion.of(text, escape, name -> {
                        Optional<String> known = scope.apply(name).flatMap(Variable::value);
                        unknown[0] |= known.isEmpty() && !hasDefault(text, name);
                        return known;
                    })
                    .text();
            return unknown[0] ? Optional.empty() : Optional.of(value);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the word says what stands for the variable when it has no value. */
    private static boolean hasDefault(String text, String name) {
        return text.contains("${" + name + ":-") || text.contains("${" + name + "-");
    }

    /** @param moment what its value may speak of: {@code ARG} sees what stands before it on its line, {@code ENV} does not */
    private void define(Scope scope, Pair pair, boolean argument, int moment) {
        String name = pair.name().unquoted();
        Optional<String> value = pair.value().flatMap(each -> value(each.text(), known -> scope.find(known, moment)));
        if (argument && pair.value().isEmpty() && scope != globals) {
            value = globals.find(name, Integer.MAX_VALUE).flatMap(Variable::value);
        }
        Optional<Variable> before = scope.find(name, Integer.MAX_VALUE);
        if (!argument || before.isEmpty() || before.get().argument()) {
            scope.define(new Variable(name, value, argument));
        }
    }

    private void walk(Stage stage) {
        seen.put(stage.from(), new Seen(globals, globals.now()));
        Optional<Scope> outer = stage.parent().isPresent()
                ? Optional.of(scopes.get(stage.parent().getAsInt()))
                : Optional.empty();
        Scope scope = new Scope(outer);
        for (Instruction each : stage.instructions()) {
            int moment = scope.now();
            seen.put(each, new Seen(scope, moment));
            if (each.is(Keyword.ARG) || each.is(Keyword.ENV)) {
                boolean argument = each.is(Keyword.ARG);
                each.pairs().forEach(pair -> define(scope, pair, argument, argument ? scope.now() : moment));
            }
        }
        scopes.add(scope);
    }
}
