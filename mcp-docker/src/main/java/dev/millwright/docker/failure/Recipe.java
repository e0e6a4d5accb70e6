package dev.millwright.docker.failure;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A Dockerfile as far as a diagnosis needs it: which lines an instruction takes, and what its stage is based on. */
public final class Recipe {
    /**
     * One instruction.
     *
     * @param line from 1
     * @param until its last line
     * @param text its lines as they stand in the file
     * @param base the reference its stage begins with, stages of the same file and defaults of ARG followed
     * @param from index of the instruction that begins its stage; -1 before the first
     */
    public record Instruction(int line, int until, String keyword, String text, String base, int from) {}

    private final String source;
    private final List<Instruction> instructions;

    private Recipe(String source, List<Instruction> instructions) {
        this.source = source;
        this.instructions = List.copyOf(instructions);
    }

    public static Recipe of(String dockerfile) {
        Dockerfile file = Dockerfile.parse(dockerfile);
        Stages stages = Stages.of(file);
        List<Instruction> read = new ArrayList<>();
        String base = "";
        int from = -1;
        for (dev.millwright.docker.dockerfile.Instruction each : file.instructions()) {
            Optional<Stage> begun = stages.all().stream()
                    .filter(stage -> stage.from().equals(each))
                    .findFirst();
            if (begun.isPresent()) {
                Stage stage = begun.get();
                base = stages.image(stage).orElse(stages.root(stage).base().text());
                from = read.size();
            }
            read.add(new Instruction(
                    each.line(),
                    each.lastLine(),
                    each.name().text().toUpperCase(Locale.ROOT),
                    String.join(
                            "\n",
                            dockerfile
                                    .substring(each.span().start(), each.span().end())
                                    .lines()
                                    .toList()),
                    base,
                    from));
        }
        return new Recipe(dockerfile, read);
    }

    public String source() {
        return source;
    }

    public List<Instruction> instructions() {
        return instructions;
    }

    Optional<Instruction> from(Instruction of) {
        return of.from() < 0 ? Optional.empty() : Optional.of(instructions.get(of.from()));
    }

    /** The instruction that begins the file's first stage. */
    Optional<Instruction> firstFrom() {
        return instructions.stream()
                .filter(each -> each.keyword().equals("FROM"))
                .findFirst();
    }

    /** By the line that the builder names, else by the text it shows. */
    Optional<Instruction> failing(Step step) {
        if (step.dockerfileLine().isPresent()) {
            int line = step.dockerfileLine().getAsInt();
            Optional<Instruction> at = instructions.stream()
                    .filter(each -> each.line() <= line && line <= each.until())
                    .findFirst();
            if (at.isPresent()) {
                return at;
            }
        }
        String wanted = plain(step.name());
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        List<Instruction> same = new ArrayList<>(instructions.stream()
                .filter(each -> plain(each.text()).equals(wanted))
                .toList());
        if (same.isEmpty()) {
            String keyword = wanted.split(" ")[0].toUpperCase(Locale.ROOT);
            instructions.stream()
                    .filter(each -> each.keyword().equals(keyword))
                    .filter(each -> likeness(plain(each.text()), wanted) > 0.6)
                    .max((a, b) -> Double.compare(likeness(plain(a.text()), wanted), likeness(plain(b.text()), wanted)))
                    .ifPresent(same::add);
        }
        return same.size() == 1 || step.number().isEmpty()
                ? same.stream().findFirst()
                : same.stream()
                        .filter(each -> legacyNumber(each) == number(step))
                        .findFirst()
                        .or(() -> same.stream().findFirst());
    }

    private int legacyNumber(Instruction instruction) {
        return instructions.indexOf(instruction) + 1;
    }

    private static int number(Step step) {
        String first =
                step.number().substring(step.number().lastIndexOf(' ') + 1).split("/")[0];
        return first.matches("\\d{1,6}") ? Integer.parseInt(first) : -1;
    }

    /** Builders show an instruction in one line, blanks joined, variables perhaps replaced. */
    private static String plain(String text) {
        StringBuilder joined = new StringBuilder();
        for (String line : text.split("\n")) {
            String part = line.strip();
            if (part.startsWith("#")) {
                continue;
            }
            joined.append(part.endsWith("\\") ? part.substring(0, part.length() - 1) : part)
                    .append(' ');
        }
        return joined.toString().replaceAll("\\s+", " ").strip();
    }

    /** The share of words that both have, 0 to 1. */
    private static double likeness(String one, String other) {
        List<String> words = List.of(one.split(" "));
        List<String> others = List.of(other.split(" "));
        long same = words.stream().filter(others::contains).count();
        return 2.0 * same / (words.size() + others.size());
    }
}
