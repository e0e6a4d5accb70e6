package dev.millwright.git.find;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.treewalk.TreeWalk;

/** The language most files of a tree are in, by the ends of their names, as hosts of code call it. */
final class Languages {
    /** Files counted at most: more would seldom change the answer. */
    private static final int ENOUGH = 10_000;

    private static final Map<String, String> BY_END = byEnd(
            "C", "c h",
            "C#", "cs",
            "C++", "cc cpp cxx hpp hh",
            "CSS", "css scss less",
            "Clojure", "clj cljs",
            "Dart", "dart",
            "Elixir", "ex exs",
            "Erlang", "erl",
            "Go", "go",
            "Groovy", "groovy gradle",
            "HCL", "tf hcl",
            "HTML", "html htm",
            "Haskell", "hs",
            "Java", "java",
            "JavaScript", "js jsx mjs cjs",
            "Jupyter Notebook", "ipynb",
            "Kotlin", "kt kts",
            "Lua", "lua",
            "Nix", "nix",
            "OCaml", "ml mli",
            "Objective-C", "m mm",
            "PHP", "php",
            "Perl", "pl pm",
            "PowerShell", "ps1",
            "Python", "py",
            "R", "r",
            "Ruby", "rb",
            "Rust", "rs",
            "Scala", "scala",
            "Shell", "sh bash zsh",
            "Svelte", "svelte",
            "Swift", "swift",
            "TypeScript", "ts tsx",
            "Vue", "vue",
            "Zig", "zig");

    private Languages() {}

    private static Map<String, String> byEnd(String... languagesAndEnds) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < languagesAndEnds.length; i += 2) {
            for (String end : languagesAndEnds[i + 1].split(" ")) {
                map.put(end, languagesAndEnds[i]);
            }
        }
        return Map.copyOf(map);
    }

    /** Empty where no file has a known end. */
    static Optional<String> of(Repo repo, ObjectId tree, Call call) throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        try (TreeWalk walk = new TreeWalk(repo.git())) {
            walk.addTree(tree);
            walk.setRecursive(true);
            for (int files = 0; files < ENOUGH && walk.next(); files++) {
                if (files % 1000 == 0) {
                    CallMonitor.check(call);
                }
                String name = walk.getNameString();
                String end = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
                Optional.ofNullable(BY_END.get(end)).ifPresent(language -> counts.merge(language, 1, Integer::sum));
            }
        }
        return counts.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey);
    }
}
