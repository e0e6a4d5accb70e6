/** What the layers of an image waste, why, and what would end it; and what makes one image larger than another. */
@NullMarked
package dev.millwright.docker.layers;

import org.jspecify.annotations.NullMarked;
