package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Flag;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Span;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Word;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rules of {@code FROM} and its images and names. */
final class StageRules {
    private static final Set<String> RESERVED = Set.of("scratch", "context");

    private StageRules() {}

    static void check(Work work) {
        Map<String, Stage> names = new HashMap<>();
        for (Stage stage : work.stages().all()) {
            base(work, stage);
            platform(work, stage);
            stage.name().ifPresent(name -> name(work, stage, name, names));
            for (Instruction each : stage.instructions()) {
                copied(work, stage, each.acting(), each);
            }
        }
    }

    private static void base(Work work, Stage stage) {
        String image = stage.base().unquoted();
        if (stage.parent().isPresent() || image.equals("scratch")) {
            return;
        }
        trusted(work, image, stage.from(), stage.base().span());
        if (image.contains("$") || image.contains("@")) {
            return;
        }
        String tag = tag(image);
        Span span = stage.base().span();
        if (tag.isEmpty()) {
            work.add("DL3006", stage.from(), span, "%s has no tag".formatted(image));
        } else if (tag.equals("latest")) {
            work.add("DL3007", stage.from(), span, "%s can be another image tomorrow".formatted(image));
        }
    }

    static String tag(String image) {
        int colon = image.indexOf(':', image.lastIndexOf('/') + 1);
        return colon < 0 ? "" : image.substring(colon + 1);
    }

    private static void trusted(Work work, String image, Instruction at, Span span) {
        List<String> trusted = work.config().trustedRegistries();
        if (trusted.isEmpty() || image.startsWith("$")) {
            return;
        }
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        List<String> registries = named ? List.of(first) : List.of("docker.io", "hub.docker.com");
        if (registries.stream().noneMatch(each -> trusted.stream().anyMatch(one -> fits(one, each)))) {
            work.add("DL3026", at, span, "%s comes from %s".formatted(image, registries.getFirst()));
        }
    }

    private static boolean fits(String pattern, String registry) {
        if (pattern.equals("*")) {
            return true;
        } else if (pattern.startsWith("*")) {
            return registry.endsWith(pattern.substring(1));
        } else if (pattern.endsWith("*")) {
            return registry.startsWith(pattern.substring(0, pattern.length() - 1));
        }
        return registry.equals(pattern);
    }

    private static void platform(Work work, Stage stage) {
        Optional<Flag> flag = stage.from().flag("platform");
        if (flag.isEmpty()) {
            return;
        }
        String value = flag.get().value().orElse("");
        Span span = flag.get().span();
        if (value.equals("$TARGETPLATFORM") || value.equals("${TARGETPLATFORM}")) {
            String message = "--platform=%s is what FROM does anyway".formatted(value);
            work.add("DL3065", stage.from(), span, message);
            work.add("RedundantTargetPlatform", stage.from(), span, message);
        } else if (!value.contains("$") && !value.isEmpty()) {
            work.add("DL3029", stage.from(), span, "the image is built for %s alone".formatted(value));
            boolean named = stage.name().isPresent()
                    && List.of(value.toLowerCase(Locale.ROOT).split("[/:]")).stream()
                            .anyMatch(each -> stage.name()
                                    .get()
                                    .text()
                                    .toLowerCase(Locale.ROOT)
                                    .contains(each));
            if (!named) {
                work.add(
                        "FromPlatformFlagConstDisallowed",
                        stage.from(),
                        span,
                        "--platform is the constant %s".formatted(value));
            }
        }
    }

    private static void name(Work work, Stage stage, Word name, Map<String, Stage> names) {
        String lower = name.text().toLowerCase(Locale.ROOT);
        Stage other = names.putIfAbsent(lower, stage);
        if (other != null) {
            String message = "%s is the name of the stage of line %d too"
                    .formatted(name.text(), other.from().line());
            work.add("DL3024", stage.from(), name.span(), message);
            work.add("DuplicateStageName", stage.from(), name.span(), message);
        }
        if (RESERVED.contains(lower)) {
            String message = "%s is a reserved word".formatted(name.text());
            work.add("DL3063", stage.from(), name.span(), message);
            work.add("ReservedStageName", stage.from(), name.span(), message);
        }
        if (!lower.equals(name.text())) {
            work.add("StageNameCasing", stage.from(), name.span(), "%s is not lower-case".formatted(name.text()));
        }
        String from = stage.from().name().text();
        Word as = stage.from().words().get(1);
        if (isUpper(from) && !isUpper(as.text()) || isLower(from) && !isLower(as.text())) {
            work.add("FromAsCasing", stage.from(), as.span(), "%s and %s differ in case".formatted(from, as.text()));
        }
    }

    static boolean isUpper(String word) {
        return word.equals(word.toUpperCase(Locale.ROOT));
    }

    static boolean isLower(String word) {
        return word.equals(word.toLowerCase(Locale.ROOT));
    }

    /** {@code --from}: names of stages, or images. */
    private static void copied(Work work, Stage stage, Instruction one, Instruction written) {
        if (one.is(Keyword.RUN)) {
            for (Flag each : one.flags("mount")) {
                String from = each.parts().getOrDefault("from", "");
                if (isImage(work, from)) {
                    trusted(work, from, written, each.span());
                }
            }
        }
        Optional<Flag> flag = one.is(Keyword.COPY) ? one.flag("from") : Optional.empty();
        if (flag.isEmpty() || flag.get().value().isEmpty()) {
            return;
        }
        String from = flag.get().value().get();
        Span span = flag.get().span();
        if (stage.isCalled(from)) {
            work.add("DL3023", written, span, "--from=%s is this stage itself".formatted(from));
            return;
        }
        Optional<Stage> source = work.stages().find(from);
        boolean defined = source.isPresent() && source.get().index() < stage.index();
        boolean elsewhere = from.matches(".*[:/@$.].*");
        if (!defined && !elsewhere) {
            work.add("DL3022", written, span, "%s is no stage defined before".formatted(from));
        }
        if (isImage(work, from)) {
            trusted(work, from, written, span);
        }
    }

    private static boolean isImage(Work work, String from) {
        return from.matches(".*[:/@].*") && work.stages().find(from).isEmpty();
    }
}
