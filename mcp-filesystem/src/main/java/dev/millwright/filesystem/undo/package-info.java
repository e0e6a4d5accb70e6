/** Changes that happen together or not at all, are written down before they are made, and can be taken back. */
@NullMarked
package dev.millwright.filesystem.undo;

import org.jspecify.annotations.NullMarked;
