/** Changes put aside and taken up again, as native Git keeps them. */
@NullMarked
package dev.millwright.git.stash;

import org.jspecify.annotations.NullMarked;
