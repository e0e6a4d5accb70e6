package dev.millwright.docker.dockerfile;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one {@code FROM} begins.
 *
 * @param index from 0
 * @param base what the image is built on, as written
 * @param name what {@code AS} calls it, as written
 * @param parent the earlier stage it is built on
 * @param instructions those after {@code FROM}, up to the next
 * @param needs the stages it takes something from: its parent, and those of {@code --from}; in order, each once
 */
public record Stage(
        int index,
        Instruction from,
        Word base,
        Optional<Word> name,
        OptionalInt parent,
        List<Instruction> instructions,
        List<Integer> needs) {
    public Stage {
        instructions = List.copyOf(instructions);
        needs = List.copyOf(needs);
    }

    public boolean isCalled(String other) {
        return name.isPresent() && name.get().text().equalsIgnoreCase(other);
    }
}
