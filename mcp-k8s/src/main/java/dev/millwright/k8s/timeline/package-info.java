/** What happened in a namespace, from all that remembers it, in one order. */
@NullMarked
package dev.millwright.k8s.timeline;

import org.jspecify.annotations.NullMarked;
