/** Command lines: what can be typed, declared once, and read either by picocli or, where a start must be quick, without it. */
@NullMarked
package dev.millwright.server.command;

import org.jspecify.annotations.NullMarked;
