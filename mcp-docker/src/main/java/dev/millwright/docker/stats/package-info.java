/** What containers use, over several samples: the engine's figures, their course, and limits that fit them. */
@NullMarked
package dev.millwright.docker.stats;

import org.jspecify.annotations.NullMarked;
