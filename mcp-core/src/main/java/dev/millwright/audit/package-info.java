/** What was called, by whom and how it ended, in a log that shows every alteration. */
@NullMarked
package dev.millwright.audit;

import org.jspecify.annotations.NullMarked;
