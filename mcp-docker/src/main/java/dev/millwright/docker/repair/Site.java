package dev.millwright.docker.repair;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Span;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import dev.millwright.docker.dockerfile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Dockerfile that is to be fixed, and what a place of it knows of its surroundings. */
final class Site {
    private final Dockerfile file;
    private final Stages stages;
    private final Bases bases;

    Site(Dockerfile file, Bases bases) {
        this.file = file;
        this.stages = Stages.of(file);
        this.bases = bases;
    }

    Dockerfile file() {
        return file;
    }

    Stages stages() {
        return stages;
    }

    Bases bases() {
        return bases;
    }

    String text() {
        return file.text();
    }

    /** The stage of an instruction, that of its own {@code FROM} too. */
    Optional<Stage> stage(Instruction one) {
        return stages.all().stream()
                .filter(each ->
                        each.from() == one || each.instructions().stream().anyMatch(other -> other == one))
                .findFirst();
    }

    /** What the stage of the instruction does before it, the stages it is built on first. */
    List<Instruction> before(Instruction one) {
        List<Instruction> all = new ArrayList<>();
        stage(one).ifPresent(stage -> {
            stage.parent().ifPresent(parent -> all.addAll(chain(stages.all().get(parent))));
            for (Instruction each : stage.instructions()) {
                if (each == one) {
                    break;
                }
                all.add(each);
            }
        });
        return all;
    }

    /** What makes the stage: its own instructions after those of the stages it is built on. */
    List<Instruction> chain(Stage stage) {
        List<Instruction> all = new ArrayList<>();
        stage.parent().ifPresent(parent -> all.addAll(chain(stages.all().get(parent))));
        all.addAll(stage.instructions());
        return all;
    }

    /** What follows in the same stage. */
    List<Instruction> after(Instruction one) {
        List<Instruction> own = stage(one).map(Stage::instructions).orElse(List.of());
        for (int i = 0; i < own.size(); i++) {
            if (own.get(i) == one) {
                return own.subList(i + 1, own.size());
            }
        }
        return List.of();
    }

    /** The image under the stage of an instruction. */
    Optional<String> image(Instruction one) {
        return stage(one).flatMap(stages::image);
    }

    /** Whether commands run as root at a place; empty where that is not known. */
    Optional<Boolean> isRoot(Instruction at) {
        Optional<Instruction> user =
                before(at).stream().filter(each -> each.is(Keyword.USER)).reduce((first, second) -> second);
        if (user.isPresent()) {
            return user.get().words().stream()
                    .findFirst()
                    .flatMap(each -> stages.expand(each, user.get()))
                    .map(each -> each.matches("(root|0)(:.*)?"));
        }
        Optional<String> image = image(at);
        if (image.filter(KnownImages::runsAsRoot).isPresent()) {
            return Optional.of(true);
        }
        return image.flatMap(bases::find).map(BaseImage::isRoot);
    }

    /** Where commands run at a place, absolute; empty where it is not known, or arguments can change it. */
    Optional<String> workdir(Instruction at) {
        Optional<String> base = image(at).flatMap(bases::find).map(BaseImage::workdir);
        String path = image(at).filter("scratch"::equals).isPresent() ? "/" : base.orElse("");
        for (Instruction each : before(at)) {
            if (each.is(Keyword.WORKDIR) && !each.words().isEmpty()) {
                path = within(path, each.words().getFirst()).orElse("");
            }
        }
        return path.isEmpty() ? Optional.empty() : Optional.of(path);
    }

    /** A path in a folder; empty for an unknown folder, and for what is not plain. */
    static Optional<String> within(String folder, Word word) {
        String path = word.unquoted();
        if (word.hasVariable() || path.isEmpty() || path.contains("..") || path.contains("\\")) {
            return Optional.empty();
        } else if (path.startsWith("/")) {
            return Optional.of(path);
        } else if (folder.isEmpty() || path.matches("[A-Za-z]:.*")) {
            return Optional.empty();
        }
        String below = path.replaceFirst("^(\\./)+", "");
        if (below.equals(".")) {
            return Optional.of(folder);
        }
        return Optional.of(folder.endsWith("/") ? folder + below : folder + "/" + below);
    }

    /** Takes the lines of an instruction away; its comments stay. */
    Edit withoutLines(Instruction one) {
        int start = file.lineStart(one.line());
        int end = one.lastLine() < file.lineCount()
                ? file.lineStart(one.lastLine() + 1)
                : file.text().length();
        return Edit.delete(new Span(start, end));
    }

    /** Puts a line before an instruction, below its comments. */
    Edit lineBefore(Instruction one, String line) {
        return Edit.insert(file.lineStart(one.line()), line + file.lineBreak());
    }

    /** Puts a line behind an instruction. */
    Edit lineAfter(Instruction one, String line) {
        return Edit.insert(one.span().end(), file.lineBreak() + line);
    }

    /** Whether a comment of the instruction silences rules, so that it must not get to another instruction. */
    static boolean isAnnotated(Instruction one) {
        return one.comments().stream().anyMatch(each -> each.text().matches("(?i).*hadolint.*"));
    }
}
