/** What changed between two versions: files, renames, hunks, with the same counts as native Git and bounded cost. */
@NullMarked
package dev.millwright.git.diff;

import org.jspecify.annotations.NullMarked;
