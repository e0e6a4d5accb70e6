/** Releases of Helm charts: where they are kept, how they are rendered, rolled out, compared and taken back. */
@NullMarked
package dev.millwright.k8s.helm;

import org.jspecify.annotations.NullMarked;
