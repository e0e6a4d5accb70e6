/** Signatures of commits and tags from a key file of the operator: no program, agent or key ring is asked. */
@NullMarked
package dev.millwright.git.sign;

import org.jspecify.annotations.NullMarked;
