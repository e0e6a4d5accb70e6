package dev.millwright.docker;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.docker.cache.Advice;
import dev.millwright.docker.cache.CacheReview;
import dev.millwright.docker.cache.Context;
import dev.millwright.docker.cache.FolderContext;
import dev.millwright.docker.cache.Invalidation;
import dev.millwright.docker.dockerfile.IgnoreFile;
import dev.millwright.docker.engine.Roots;
import dev.millwright.docker.engine.TextFiles;
import dev.millwright.docker.engine.UnifiedDiff;
import dev.millwright.json.Doc;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Says which change runs which steps again, and gives the patches that keep more of the cache. */
final class OptimizeBuildCache implements Tool<OptimizeBuildCache.Input, OptimizeBuildCache.Output> {
    record Input(
            @Doc("Text.") Optional<String> dockerfile,

            Optional<String> path,
            @Doc("Folder.") Optional<String> context,

            @Doc(value = "Files, as src/app.js.", orElse = "[]")
            List<String> changed,

            OptionalInt budget)
            implements Budgeted {
        Input {
            changed = List.copyOf(changed);
            if (dockerfile.isEmpty() && context.isEmpty()) {
                throw new IllegalArgumentException("give dockerfile, context, or both");
            }
        }

        @Override
        public OptionalInt maxTokens() {
            return budget;
        }
    }

    record Output(
            String summary,
            List<Invalidation> invalidations,
            List<Advice> advice,
            Optional<String> patch,
            @Doc(name = "dockerignore_patch", value = "") Optional<String> dockerignorePatch) {}

    static final ToolSpec<Input, Output> SPEC = reads("optimize_build_cache", Input.class, Output.class)
            .description("Which change runs which build steps again; patches (order, cache mounts, .dockerignore).")
            .scopes("docker:read");

    private static final int LONGEST = 1_000_000;

    private final Roots roots;

    OptimizeBuildCache(Roots roots) {
        this.roots = roots;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) {
        Context context = Context.UNKNOWN;
        String name = input.path().orElse("Dockerfile");
        String ignoreText = "";
        Optional<String> text = input.dockerfile();
        if (input.context().isPresent()) {
            Workspace workspace = roots.of(call.tenant());
            Target folder = workspace.at(input.context().get());
            context = new FolderContext(workspace, folder);
            ignoreText = context.text(name + ".dockerignore")
                    .or(() -> ignoreOf(workspace, folder))
                    .orElse("");
            text = text.or(() -> Optional.of(TextFiles.read(workspace, below(workspace, folder, name), LONGEST)));
        }
        CacheReview review;
        try {
            review = CacheReview.of(text.orElseThrow(), context, IgnoreFile.parse(ignoreText), input.changed());
        } catch (IllegalArgumentException e) {
            throw ToolException.invalidInput(e.getMessage());
        }
        String before = text.get();
        return new Output(
                summary(review),
                review.invalidations(),
                review.advice(),
                UnifiedDiff.of(name, before, review.patched()),
                UnifiedDiff.of(".dockerignore", ignoreText, withLines(ignoreText, review.ignore())));
    }

    private static Optional<String> ignoreOf(Workspace workspace, Target folder) {
        try {
            return Optional.of(TextFiles.read(workspace, below(workspace, folder, ".dockerignore"), LONGEST));
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Target below(Workspace workspace, Target folder, String name) {
        return workspace.at(folder.root(), folder.path().isEmpty() ? name : folder.path() + "/" + name);
    }

    private static String withLines(String text, List<String> lines) {
        if (lines.isEmpty()) {
            return text;
        }
        return text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + String.join("\n", lines) + "\n";
    }

    private static String summary(CacheReview review) {
        long applied = review.advice().stream().filter(Advice::applied).count();
        long left = review.advice().size() - applied;
        return review.advice().isEmpty()
                ? "Nothing to improve was found."
                : "%d improvement%s in the patches%s"
                        .formatted(
                                applied,
                                applied == 1 ? "" : "s",
                                left == 0 ? "." : ", %d more to be decided by hand.".formatted(left));
    }
}
