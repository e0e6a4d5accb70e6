/** What a failed build says of its cause: the failing step, its class, the evidence, and fixes with their odds. */
@NullMarked
package dev.millwright.docker.failure;

import org.jspecify.annotations.NullMarked;
