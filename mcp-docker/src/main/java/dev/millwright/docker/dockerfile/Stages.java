package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

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

    private final List<Stage> all;
    private final Map<String, Variable> globals;
    private final Map<Instruction, Map<String, Variable>> scopes = new IdentityHashMap<>();
    private final List<Map<String, Variable>> ends = new ArrayList<>();
    private final char escape;

    private Stages(Dockerfile file) {
        this.escape = file.escape();
        this.all = of(file.instructions());
        this.globals = new HashMap<>();
        for (Instruction each : file.instructions()) {
            if (each.is(Keyword.FROM)) {
                break;
            } else if (each.is(Keyword.ARG)) {
                scopes.put(each, Map.copyOf(globals));
                each.pairs().forEach(pair -> define(globals, pair, true, globals));
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
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            Instruction from = instructions.get(starts.get(i));
            int end = i + 1 < starts.size() ? starts.get(i + 1) : instructions.size();
            List<Instruction> own = instructions.subList(starts.get(i) + 1, end);
            Word base = from.words().getFirst();
            OptionalInt parent = called(base.text(), names, i);
            Set<Integer> needs = new LinkedHashSet<>();
            parent.ifPresent(needs::add);
            for (Instruction each : own) {
                sources(each).forEach(source -> index(source, names).ifPresent(needs::add));
            }
            stages.add(new Stage(i, from, base, names.get(i), parent, own, new ArrayList<>(needs)));
        }
        return stages;
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

    private static OptionalInt called(String name, List<Optional<Word>> names, int before) {
        for (int i = before - 1; i >= 0; i--) {
            if (names.get(i).filter(each -> each.text().equalsIgnoreCase(name)).isPresent()) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    private static OptionalInt index(String source, List<Optional<Word>> names) {
        if (source.matches("[0-9]{1,9}")) {
            int index = Integer.parseInt(source);
            return index < names.size() ? OptionalInt.of(index) : OptionalInt.empty();
        }
        return called(source, names, names.size());
    }

    public List<Stage> all() {
        return all;
    }

    public Optional<Stage> last() {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** The stage that {@code --from} means: by name in any case, or by number. */
    public Optional<Stage> find(String source) {
        OptionalInt found = index(source, all.stream().map(Stage::name).toList());
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
        return Map.copyOf(globals);
    }

    /** The variables that an instruction sees, by name: for {@code FROM} those before the first one. */
    public Map<String, Variable> before(Instruction one) {
        return scopes.getOrDefault(one, Map.of());
    }

    /** A word with the variables that are known where it stands; empty where one is not known, or it is malformed. */
    public Optional<String> expand(Word word, Instruction at) {
        if (!word.hasVariable()) {
            return Optional.of(word.unquoted());
        }
        return value(word.text(), before(at));
    }

    private Optional<String> value(String text, Map<String, Variable> scope) {
        boolean[] unknown = {false};
        try {
            String value = Expansion.of(text, escape, name -> {
                        Optional<String> known =
                                Optional.ofNullable(scope.get(name)).flatMap(Variable::value);
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

    /** @param known what its value may speak of: {@code ARG} sees what stands before it on its line, {@code ENV} does not */
    private void define(Map<String, Variable> scope, Pair pair, boolean argument, Map<String, Variable> known) {
        String name = pair.name().unquoted();
        Optional<String> value = pair.value().flatMap(each -> value(each.text(), known));
        if (argument && pair.value().isEmpty() && scope != globals) {
            value = Optional.ofNullable(globals.get(name)).flatMap(Variable::value);
        }
        Variable before = scope.get(name);
        if (!argument || before == null || before.argument()) {
            scope.put(name, new Variable(name, value, argument));
        }
    }

    private void walk(Stage stage) {
        scopes.put(stage.from(), Map.copyOf(globals));
        Map<String, Variable> scope = new HashMap<>(
                stage.parent().isPresent() ? ends.get(stage.parent().getAsInt()) : Map.of());
        Map<String, Variable> seen = Map.copyOf(scope);
        for (Instruction each : stage.instructions()) {
            scopes.put(each, seen);
            if (each.is(Keyword.ARG) || each.is(Keyword.ENV)) {
                boolean argument = each.is(Keyword.ARG);
                Map<String, Variable> known = argument ? scope : seen;
                each.pairs().forEach(pair -> define(scope, pair, argument, known));
                seen = Map.copyOf(scope);
            }
        }
        ends.add(seen);
    }
}
