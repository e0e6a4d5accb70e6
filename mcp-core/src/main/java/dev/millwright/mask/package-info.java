/** Takes secrets out of text that comes from elsewhere: logs, environments, command lines. */
@NullMarked
package dev.millwright.mask;

import org.jspecify.annotations.NullMarked;
