/** Logs as text: lines, their patterns, the errors and stack traces in them. Knows nothing of a cluster. */
@NullMarked
package dev.millwright.k8s.logs;

import org.jspecify.annotations.NullMarked;
