/** Commits and tags: their messages, and how they come about. */
@NullMarked
package dev.millwright.git.commit;

import org.jspecify.annotations.NullMarked;
