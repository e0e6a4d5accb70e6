/** The launcher: every server of the suite behind one program. */
@NullMarked
package dev.millwright.distribution;

import org.jspecify.annotations.NullMarked;
