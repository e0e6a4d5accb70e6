/** The one door for starting processes: confined by bubblewrap or Landlock, or plain for the few we trust. */
@NullMarked
package dev.millwright.sandbox;

import org.jspecify.annotations.NullMarked;
