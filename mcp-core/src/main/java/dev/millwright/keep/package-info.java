/** What undo keeps outside of all roots: replaced contents, the trash, and which program is still at work. */
@NullMarked
package dev.millwright.keep;

import org.jspecify.annotations.NullMarked;
