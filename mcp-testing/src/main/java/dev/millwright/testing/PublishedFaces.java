package dev.millwright.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millwright.call.ToolOperation;
import dev.millwright.json.Json;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds what a module publishes of its tools to what is in git: one file for each tool's face, and the table of its
 * README.
 *
 * <p>Paths are below the module's folder, where Maven runs its tests. {@code -Dmillwright.update=true} writes them.
 */
public final class PublishedFaces {
    private static final Path FACES = Path.of("src", "test", "resources", "faces");

    private static final Separators SEPARATORS =
            Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);

    private final List<? extends ToolOperation<?, ?>> tools;

    private PublishedFaces(List<? extends ToolOperation<?, ?>> tools) {
        this.tools = tools;
    }

    /** @param server as it is called in the configuration */
    public static PublishedFaces of(String server, List<Tool<?, ?>> tools) {
        return new PublishedFaces(tools.stream()
                .<ToolOperation<?, ?>>map(tool -> new ToolOperation<>(server, tool))
                .toList());
    }

    /** Each face is what {@code src/test/resources/faces/TOOL.json} says, and there is no file without its tool. */
    public void areInGit() throws IOException {
        Set<String> expected = tools.stream().map(PublishedFaces::fileName).collect(Collectors.toSet());
        if (PublishedFile.UPDATE) {
            for (Path left : files()) {
                if (!expected.contains(left.getFileName().toString())) {
                    Files.delete(left);
                }
            }
        }
        for (ToolOperation<?, ?> tool : tools) {
            new PublishedFile(FACES.resolve(fileName(tool))).is(pretty(tool.face()));
        }
        assertThat(files().stream().map(file -> file.getFileName().toString()))
                .as("faces in git, each of a tool there is")
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    /** The README's table, between {@code <!-- tools -->} and {@code <!-- /tools -->}, tells of these tools. */
    public void areTheTableOf(Path readme) throws IOException {
        StringBuilder table = new StringBuilder("| Tool | Effect | What it does |\n|---|---|---|\n");
        for (ToolOperation<?, ?> tool : tools) {
            table.append("| `%s` | %s | %s |\n".formatted(tool.name(), effect(tool), summary(tool)));
        }
        new PublishedFile(readme).holds("tools", table.toString());
    }

    /** Everything a client is told of the tools, as one JSON text, takes at most so many bytes. */
    public void takeAtMost(int bytes) {
        ArrayNode list = Json.array();
        tools.forEach(tool -> list.add(tool.face()));
        int size = Json.size(Json.object().set("tools", list));
        assertThat(size).as("bytes of tools/list").isLessThanOrEqualTo(bytes);
    }

    private static String fileName(ToolOperation<?, ?> tool) {
        return tool.name() + ".json";
    }

    private static List<Path> files() throws IOException {
        if (!Files.isDirectory(FACES)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(FACES)) {
            return files.toList();
        }
    }

    private static String effect(ToolOperation<?, ?> tool) {
        String effect = tool.operation().effect().name().toLowerCase(Locale.ROOT);
        String more = tool.operation()
                .more()
                .map(each -> ", some inputs " + (each.effect() == Effect.ADDS ? "add" : "change"))
                .orElse("");
        return effect + more + (tool.operation().confirmable() && !effect.equals("destroys") ? ", may destroy" : "");
    }

    /** The first sentence of the description. */
    private static String summary(ToolOperation<?, ?> tool) {
        String description = tool.face().path("description").asText().replaceAll("\\s+", " ");
        int end = description.indexOf(". ");
        return (end < 0 ? description : description.substring(0, end + 1)).replace("|", "\\|");
    }

    private static String pretty(Object json) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        try {
            return Json.mapper()
                            .writer(new DefaultPrettyPrinter(SEPARATORS)
                                    .withObjectIndenter(lines)
                                    .withArrayIndenter(lines))
                            .writeValueAsString(json)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
