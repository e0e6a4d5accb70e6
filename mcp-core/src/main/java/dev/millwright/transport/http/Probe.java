package dev.millwright.transport.http;

/**
 * Something the process cannot do without.
 *
 * @param name as {@code /readyz} shows it
 * @param check throws {@link dev.millwright.tool.ToolException} when it cannot be used
 */
public record Probe(String name, Runnable check) {}
