/** The Kubernetes server: one call names the root cause. */
@NullMarked
package dev.millwright.k8s;

import org.jspecify.annotations.NullMarked;
