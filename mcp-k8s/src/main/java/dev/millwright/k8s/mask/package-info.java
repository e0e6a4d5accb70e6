/** What is taken out of objects and text before anybody sees them. */
@NullMarked
package dev.millwright.k8s.mask;

import org.jspecify.annotations.NullMarked;
