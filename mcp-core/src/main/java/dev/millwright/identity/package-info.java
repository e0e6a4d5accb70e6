/** Who calls, what they may ask for, and whose world they work in. */
@NullMarked
package dev.millwright.identity;

import org.jspecify.annotations.NullMarked;
