package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Logical;
import dev.millwright.docker.dockerfile.Shell;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellWord;
import dev.millwright.docker.dockerfile.Span;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import dev.millwright.docker.dockerfile.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A file under the rules, and the findings so far. */
final class Work {
    /** Characters. */
    private static final int MAX_MESSAGE = 200;

    private static final List<String> SH = List.of("/bin/sh", "-c");
    private static final Set<String> POSIX = Set.of("sh", "bash", "dash", "ash", "ksh", "zsh", "busybox");
    private static final Pattern WINDOWS = Pattern.compile("windows|nanoserver|servercore");

    private final Dockerfile file;
    private final LintConfig config;
    private final Surroundings around;
    private final Pragmas pragmas;
    private final Stages stages;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Integer, List<Step>> ofStage = new HashMap<>();
    private final Set<Integer> kept = new HashSet<>();

    /** Places of the instructions that have a WORKDIR before them, in their stage or those it is built on. */
    private final Set<Integer> afterWorkdir = new HashSet<>();

    /** Those that have an absolute one. */
    private final Set<Integer> afterAbsolute = new HashSet<>();

    private final List<Finding> findings = new ArrayList<>();

    Work(Dockerfile file, LintConfig config, Surroundings around, Pragmas pragmas) {
        this.file = file;
        this.config = config;
        this.around = around;
        this.pragmas = pragmas;
        this.stages = Stages.of(file);
        Map<Integer, List<String>> shells = new HashMap<>();
        Set<Integer> anyWorkdir = new HashSet<>();
        Set<Integer> absoluteWorkdir = new HashSet<>();
        List<String> first = Pragmas.globalShell(file).map(List::of).orElse(SH);
        for (Stage stage : stages.all()) {
            List<String> shell =
                    stage.parent().isPresent() ? shells.get(stage.parent().getAsInt()) : first;
            boolean windows =
                    file.escape() == '`' || WINDOWS.matcher(stage.base().text()).find();
            boolean any = stage.parent().isPresent()
                    && anyWorkdir.contains(stage.parent().getAsInt());
            boolean absolute = stage.parent().isPresent()
                    && absoluteWorkdir.contains(stage.parent().getAsInt());
            for (Instruction each : stage.instructions()) {
                if (any) {
                    afterWorkdir.add(each.span().start());
                }
                if (absolute) {
                    afterAbsolute.add(each.span().start());
                }
                any |= each.is(Keyword.WORKDIR);
                absolute |= each.is(Keyword.WORKDIR)
                        && !each.words().isEmpty()
                        && isAbsolute(each.words().getFirst().unquoted());
                shell = Pragmas.shell(each).map(List::of).orElse(shell);
                if (each.is(Keyword.SHELL) && each.json()) {
                    shell = each.words().stream().map(Word::text).toList();
                }
                Step step = step(stage, each, shell, windows);
                steps.add(step);
                ofStage.computeIfAbsent(stage.index(), index -> new ArrayList<>())
                        .add(step);
            }
            shells.put(stage.index(), shell);
            if (any) {
                anyWorkdir.add(stage.index());
            }
            if (absolute) {
                absoluteWorkdir.add(stage.index());
            }
        }
        int at = stages.all().size() - 1;
        while (at >= 0) {
            kept.add(at);
            at = stages.all().get(at).parent().orElse(-1);
        }
    }

    private static Step step(Stage stage, Instruction written, List<String> shell, boolean windows) {
        Instruction one = written.acting();
        if (!one.is(Keyword.RUN) || windows || !isPosix(shell)) {
            return new Step(stage, written, one, List.of(), List.of(), !one.is(Keyword.RUN), shell);
        }
        if (one.json()) {
            return read(stage, written, array(one), true, shell);
        }
        Optional<Logical> script = one.script();
        if (script.isEmpty()) {
            return new Step(stage, written, one, List.of(), List.of(), false, shell);
        }
        Shell.Script read = Shell.parse(script.get());
        return read(stage, written, read.commands(), read.complete(), shell);
    }

    private static Step read(
            Stage stage, Instruction written, List<ShellCommand> raw, boolean understood, List<String> shell) {
        List<ShellCommand> commands = raw.stream().map(ShellCommand::acting).toList();
        return new Step(stage, written, written.acting(), raw, commands, understood, shell);
    }

    private static boolean isPosix(List<String> shell) {
        String program = shell.isEmpty() ? "" : shell.getFirst().toLowerCase(Locale.ROOT);
        return POSIX.contains(program.substring(program.lastIndexOf('/') + 1));
    }

    private static List<ShellCommand> array(Instruction one) {
        List<ShellWord> words = one.words().stream()
                .map(each -> new ShellWord(each.text(), each.span(), true, false, false, false))
                .toList();
        if (words.isEmpty()) {
            return List.of();
        }
        return List.of(new ShellCommand(
                List.of(),
                words,
                List.of(),
                ShellCommand.Joint.NONE,
                ShellCommand.Joint.NONE,
                0,
                ShellCommand.Place.TOP,
                1,
                one.arguments().span()));
    }

    Dockerfile file() {
        return file;
    }

    LintConfig config() {
        return config;
    }

    Surroundings around() {
        return around;
    }

    Pragmas pragmas() {
        return pragmas;
    }

    Stages stages() {
        return stages;
    }

    List<Step> steps() {
        return steps;
    }

    List<Step> steps(Stage stage) {
        return steps.stream()
                .filter(each -> each.stage().index() == stage.index())
                .toList();
    }

    List<Finding> findings() {
        return findings;
    }

    /** Whether what the stage leaves behind is in the image: it is the last, or the last is built on it. */
    boolean isKept(Stage stage) {
        return kept.contains(stage.index());
    }

    /** Whether what the step leaves behind is in an image: its stage is kept, or another is built with its trigger. */
    boolean isKept(Step step) {
        return isKept(step.stage()) || step.isHeldBack();
    }

    /** The stages that no other one needs: what a build of the file is for. */
    List<Stage> results() {
        Set<Integer> needed = new HashSet<>();
        stages.all().forEach(each -> needed.addAll(each.needs()));
        return stages.all().stream()
                .filter(each -> !needed.contains(each.index()))
                .toList();
    }

    /** Whether a path of an image begins at its root, or with a variable, which may. */
    static boolean isAbsolute(String written) {
        String path = written.replaceFirst("^[\"']", "");
        return path.startsWith("/")
                || path.startsWith("$")
                || path.length() > 1 && path.charAt(1) == ':' && Character.isLetter(path.charAt(0));
    }

    boolean isAfterWorkdir(Step step) {
        return afterWorkdir.contains(step.written().span().start());
    }

    boolean isAfterAbsoluteWorkdir(Step step) {
        return afterAbsolute.contains(step.written().span().start());
    }

    /** Messages quote the file, whose words may be as long as it is. */
    private static String bounded(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...";
    }

    /** The instruction as a whole is wrong. */
    void add(String code, Instruction instruction, String message) {
        add(code, instruction, instruction.span(), message);
    }

    void add(String code, Instruction instruction, Span span, String message) {
        findings.add(new Finding(
                code,
                Rules.severity(code),
                span,
                file.line(span.start()),
                bounded(message),
                instruction,
                Optional.empty()));
    }

    void add(String code, Step step, ShellCommand command, Span span, String message) {
        findings.add(new Finding(
                code,
                Rules.severity(code),
                span,
                file.line(span.start()),
                bounded(message),
                step.written(),
                Optional.of(command)));
    }

    /** The command is wrong. */
    void add(String code, Step step, ShellCommand command, String message) {
        add(code, step, command, command.span(), message);
    }
}
