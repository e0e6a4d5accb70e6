/** The rules of the diagnosis, one class for a family of causes. */
@NullMarked
package dev.millwright.k8s.rules;

import org.jspecify.annotations.NullMarked;
