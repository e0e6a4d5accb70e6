/** Changes that are written down before they are made, and can be taken back. */
@NullMarked
package dev.millwright.git.undo;

import org.jspecify.annotations.NullMarked;
