package dev.millwright.protocol;

import dev.millwright.tool.Prompt;
import dev.millwright.tool.Resources;
import dev.millwright.tool.Tool;
import java.util.List;
import java.util.Optional;

/**
 * What one server offers.
 *
 * @param name as in {@code filesystem}
 * @param instructions what a model should know before it uses the tools; short
 */
public record Offer(
        String name, String instructions, List<Tool<?, ?>> tools, Optional<Resources> resources, List<Prompt> prompts) {
    public Offer {
        tools = List.copyOf(tools);
        prompts = List.copyOf(prompts);
    }
}
