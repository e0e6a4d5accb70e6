/** Changes of a cluster: kept as plans, made as minimal patches, checked, and taken back when they do not hold. */
@NullMarked
package dev.millwright.k8s.fix;

import org.jspecify.annotations.NullMarked;
