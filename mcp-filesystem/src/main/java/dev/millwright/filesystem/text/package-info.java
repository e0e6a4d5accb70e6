/** Bytes as text: what encoding they are in, ranges of any file, edits that touch nothing beside themselves. */
@NullMarked
package dev.millwright.filesystem.text;

import org.jspecify.annotations.NullMarked;
