/** How a cluster is as a whole: counts, and what is worst. */
@NullMarked
package dev.millwright.k8s.status;

import org.jspecify.annotations.NullMarked;
