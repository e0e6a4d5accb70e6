package dev.millwright.tool;

import java.util.List;

/** Tools that are offered or switched off together. */
public record Toolset(String name, boolean onByDefault, List<Tool<?, ?>> tools) {
    public Toolset {
        tools = List.copyOf(tools);
    }
}
