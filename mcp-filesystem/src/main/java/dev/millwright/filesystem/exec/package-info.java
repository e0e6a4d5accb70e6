/** Runs code for a model in the sandbox, and keeps what it said for a while. */
@NullMarked
package dev.millwright.filesystem.exec;

import org.jspecify.annotations.NullMarked;
