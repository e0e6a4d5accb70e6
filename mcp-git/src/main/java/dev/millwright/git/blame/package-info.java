/** Which commit each line of a file comes from. */
@NullMarked
package dev.millwright.git.blame;

import org.jspecify.annotations.NullMarked;
