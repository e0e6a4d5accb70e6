/** Merging three trees with renames, and what is built on it. */
@NullMarked
package dev.millwright.git.merge;

import org.jspecify.annotations.NullMarked;
