/** The way of a request from an ingress to a container, step by step. */
@NullMarked
package dev.millwright.k8s.trace;

import org.jspecify.annotations.NullMarked;
