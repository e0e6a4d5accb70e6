/** Finds what looks like a secret in what is about to be committed. */
@NullMarked
package dev.millwright.git.secret;

import org.jspecify.annotations.NullMarked;
