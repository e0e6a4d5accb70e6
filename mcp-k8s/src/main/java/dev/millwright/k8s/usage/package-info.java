/** What containers and volumes really use, from the metrics API or from the kubelets. */
@NullMarked
package dev.millwright.k8s.usage;

import org.jspecify.annotations.NullMarked;
