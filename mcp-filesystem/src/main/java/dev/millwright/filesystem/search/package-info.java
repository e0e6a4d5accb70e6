/** Finding files and text: globs, ignore rules, the parallel walk, and the search of one file's bytes. */
@NullMarked
package dev.millwright.filesystem.search;

import org.jspecify.annotations.NullMarked;
