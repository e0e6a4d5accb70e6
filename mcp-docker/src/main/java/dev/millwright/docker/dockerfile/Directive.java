package dev.millwright.docker.dockerfile;

/**
 * A parser directive, such as {@code # syntax=docker/dockerfile:1}.
 *
 * @param name in lower case: {@code syntax}, {@code escape} or {@code check}
 */
public record Directive(String name, String value, Span span, int line) {}
