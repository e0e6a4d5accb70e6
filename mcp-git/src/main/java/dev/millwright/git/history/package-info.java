/** The history of a repository: walks over commits, what came before what, and searching both. */
@NullMarked
package dev.millwright.git.history;

import org.jspecify.annotations.NullMarked;
